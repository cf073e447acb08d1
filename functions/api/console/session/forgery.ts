/**
 * Whether a request that changes something was made by a page of this console. Browsers say so in `Sec-Fetch-Site` to
 * https addresses and to the own machine; over plain http to another address they send `Origin`, whose host has to be
 * the host of the request. https://www.w3.org/TR/fetch-metadata/
 *
 * The host is the header and not the URL of the request: on one machine that URL has a fixed host.
 */
export function isForged({ method, headers }: Request, publicUrl: string): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin'
  const origin = headers.get('origin')
  if (origin === null || !URL.canParse(origin)) return true
  const { host } = new URL(origin)
  return host !== headers.get('host') && origin !== new URL(publicUrl).origin
}
