import { gzipSync } from 'node:zlib'
import type { Html } from './html.ts'

/**
 * Pages load scripts, styles and pictures of this address only, and run nothing that stands in a page: a text of an alert
 * that becomes an element by a mistake can neither run nor send anything.
 */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': CSP,
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
}

export async function htmlAnswer(
  request: Request,
  status: number,
  page: Html,
  more: Record<string, string> = {},
): Promise<Response> {
  return compressed(request, String(await page), { status, headers: { ...HEADERS, ...more } })
}

/** A text that is shorter comes in one packet either way. */
const SMALLEST_BYTES = 1400

/** The gateway of AWS compresses nothing, and the machine's host does not either. */
function compressed(
  request: Request,
  text: string,
  init: { status: number; headers: Record<string, string> },
): Response {
  const bytes = Buffer.from(text)
  if (bytes.length < SMALLEST_BYTES || !acceptsGzip(request)) return new Response(bytes, init)
  const headers = { ...init.headers, 'content-encoding': 'gzip', vary: 'accept-encoding' }
  return new Response(new Uint8Array(gzipSync(bytes, { level: 5 })), { ...init, headers })
}

export function acceptsGzip({ headers }: Request): boolean {
  return /\bgzip\b/.test(headers.get('accept-encoding') ?? '')
}

/** After a form a page is asked for anew, so that going back or loading again sends nothing twice. */
export function redirect(location: string, cookies: readonly string[] = []): Response {
  const headers = new Headers({ location })
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers })
}
