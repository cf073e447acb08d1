import { toBytes } from '../text/bytes.ts'
import type { Caller, Value } from '../values/go-types.ts'
import { contentOf, UNSAFE, URL_TEXT } from './content.ts'

/** Escapers for URLs in attributes and in CSS. */

const SAFE_SCHEME = /^(?:https?|mailto)$/i

/** A relative URL, or one of a scheme that runs nothing. */
function isSafeUrl(url: string): boolean {
  const colon = url.indexOf(':')
  const scheme = url.slice(0, colon)
  return colon < 0 || scheme.includes('/') || SAFE_SCHEME.test(scheme)
}

export function filterUrl(args: readonly Value[], by: Caller): string {
  const { text, type } = contentOf(args, by)
  return type === URL_TEXT || isSafeUrl(text) ? text : `#${UNSAFE}`
}

/** For a part of the query: reserved characters are escaped, too. */
export function escapeUrl(args: readonly Value[], by: Caller): string {
  const { text, type } = contentOf(args, by)
  return processed(text, type === URL_TEXT)
}

export function normalizeUrl(args: readonly Value[], by: Caller): string {
  return processed(contentOf(args, by).text, true)
}

/** `normalize`: reserved characters and escapes stay as they are. */
function processed(text: string, normalize: boolean): string {
  const bytes = toBytes(text).toString('latin1')
  const unsafe = normalize ? /[^A-Za-z0-9\-._~!#$&*+,/:;=?@[\]%]|%(?![0-9a-fA-F]{2})/g : /[^A-Za-z0-9\-._~]/g
  return bytes.replace(unsafe, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** URLs with their sizes, separated by commas. */
export function escapeSrcset(args: readonly Value[], by: Caller): string {
  const { text, type } = contentOf(args, by)
  if (type === URL_TEXT) return processed(text, true).replaceAll(',', '%2c')
  return text.split(',').map(srcsetElement).join(',')
}

function srcsetElement(element: string): string {
  const [, space = '', url = '', rest = ''] = /^([\t\n\f\r ]*)([^\t\n\f\r ]*)([\s\S]*)$/.exec(element) ?? []
  const plain = /^[\t\n\f\r A-Za-z0-9]*$/.test(rest)
  return isSafeUrl(url) && plain ? space + processed(url, true) + rest : `#${UNSAFE}`
}
