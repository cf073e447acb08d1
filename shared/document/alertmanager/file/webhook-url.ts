import { MASKED_URL } from '../../../channels/webhook/kind.ts'
import { MASKED } from '../../../settings/secrets.ts'

/** A URL of a webhook in the form that channels have, and the login that the URL held. */
export interface WebhookUrl {
  url: string
  login?: { username: string; password: string }
}

/**
 * A URL that Alertmanager takes, in canonical form: user and password apart, other characters escaped, an
 * international host in ASCII. Servers read both forms alike. A text that is no URL stays as written, for the channel
 * to refuse.
 */
export function canonicalUrl(text: string): WebhookUrl {
  if (text === MASKED_URL) return { url: MASKED }
  const match = /^(https?:\/\/)([^/?#]*)(.*)$/is.exec(text)
  if (match === null || CONTROL.test(text)) return { url: text }
  const [, scheme = '', authority = '', rest = ''] = match
  const at = authority.lastIndexOf('@')
  const login = at < 0 ? undefined : loginOf(authority.slice(0, at))
  if (at >= 0 && login === undefined) return { url: text }
  const url = scheme + canonicalHost(authority.slice(at + 1)) + canonicalRest(rest)
  return login === undefined ? { url } : { url, login }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: Go refuses such a URL, and the parser here would forgive it
const CONTROL = /[\x00-\x1f\x7f]/

function loginOf(userinfo: string): WebhookUrl['login'] {
  const colon = userinfo.indexOf(':')
  const [username, password] = colon < 0 ? [userinfo, ''] : [userinfo.slice(0, colon), userinfo.slice(colon + 1)]
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) }
  } catch {
    return undefined
  }
}

/** An international name in ASCII. Another form of an address stays as written, for the channel to refuse. */
function canonicalHost(host: string): string {
  const plain = host.replace(/:$/, '')
  if (/^[\x20-\x7e]*$/.test(plain)) return plain
  const ascii = URL.canParse(`http://${plain}`) ? new URL(`http://${plain}`).host : plain
  return /(?:^|\.)xn--/.test(ascii) ? ascii : plain
}

const IN_PATH = /[ "<>`{}\\^|\u0080-\u{10ffff}]/gu
const BEHIND_PATH = /[ "<>'`\u0080-\u{10ffff}]/gu

/** Path, query and fragment. */
function canonicalRest(rest: string): string {
  const path = /^[^?#]*/.exec(rest)?.[0] ?? ''
  const behind = rest.slice(path.length)
  const { pathname, search, hash } = new URL(`http://h${escaped(path, IN_PATH)}${escaped(behind, BEHIND_PATH)}`)
  return pathname + search + hash
}

function escaped(text: string, unsafe: RegExp): string {
  return text.toWellFormed().replace(unsafe, (character) => (character === "'" ? '%27' : encodeURIComponent(character)))
}
