const URL_CHARS = 4096

/**
 * The problem with a target URL as a person wrote the URL, or undefined. Only the form is judged: the destination is
 * checked on the address of the connection, since the operator may open addresses of the operator's own. The problem
 * repeats no part of the URL: URLs of webhooks carry tokens.
 */
export function urlProblem(text: string): string | undefined {
  if (text.length > URL_CHARS) return `is longer than ${URL_CHARS} characters`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) return 'is not a URL'
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'has to start with http:// or https://'
  if (url.username !== '' || url.password !== '') return 'must not hold a user or a password'
  if (!isCanonical(text, url)) {
    return 'is not in canonical form: write the address plainly, without spaces or backslashes, other characters escaped'
  }
  return undefined
}

/**
 * The parser forgives much (`127.1`, `\`, line breaks, full-width digits), and the parser's result is not the URL
 * that a person reads. So the text has to equal the text that the parser would write; forgiven are only upper case in
 * scheme and host, the scheme's own port, and a missing `/` after the host.
 */
function isCanonical(text: string, url: URL): boolean {
  const match = /^(https?):\/\/([^/?#]*)(.*)$/is.exec(text)
  if (match === null) return false
  const [, scheme = '', authority = '', rest = ''] = match
  const ownPort = scheme.toLowerCase() === 'http' ? /:80$/ : /:443$/
  const host = authority.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()).replace(ownPort, '')
  return `${scheme.toLowerCase()}://${host}${rest.startsWith('/') ? rest : `/${rest}`}` === url.href
}

/**
 * The problem with the address of a cloud's service, which is an origin without a path. Over http:// the address may
 * be the operator's own, but never the cloud's own, below `cloud`.
 */
export function originProblem(text: string, cloud: string): string | undefined {
  const problem = urlProblem(text)
  if (problem !== undefined) return problem
  const { origin, href, protocol, hostname } = new URL(text)
  if (href !== `${origin}/` || text.includes('?') || text.includes('#')) return 'must have nothing behind the host'
  return protocol === 'http:' && hostname.endsWith(`.${cloud}`) ? 'has to start with https://' : undefined
}
