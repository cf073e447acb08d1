/**
 * Go's `url.ParseRequestURI` (https://pkg.go.dev/net/url), by which Alertmanager checks a generatorURL: an absolute
 * URL, a path, `scheme:anything` or `*`. An accepted text is not a safe link: a page that shows the text has to check
 * the scheme.
 */
export function isRequestUri(text: string): boolean {
  if (USUAL.test(text)) return true
  if (text === '' || CONTROL.test(text)) return false
  if (text === '*') return true
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/.exec(text)?.[0] ?? ''
  if (scheme === '' && text.startsWith(':')) return false
  const rest = text.slice(scheme.length).split('?', 1)[0]!
  if (!rest.startsWith('/')) return scheme !== ''
  if (scheme === '' || !rest.startsWith('//')) return hasWholeEscapes(rest)
  const slash = rest.indexOf('/', 2)
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash)
  return isAuthority(authority) && hasWholeEscapes(slash < 0 ? '' : rest.slice(slash))
}

const USUAL = /^https?:\/\/[A-Za-z0-9.-]+(?::\d*)?(?:\/[!-$&->@-~]*)?(?:\?[ -~]*)?$/

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are searched for.
const CONTROL = /[\u0000-\u001f\u007f]/

function hasWholeEscapes(text: string): boolean {
  return !/%(?![0-9A-Fa-f]{2})/.test(text)
}

/**
 * Characters of the user and of the host: the ASCII characters that Go accepts there. A reader of the URL has to
 * judge characters beyond ASCII.
 */
const USER = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/
const HOST = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"]|[^ -~]|%[89A-Fa-f][0-9A-Fa-f])*$/

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf('@')
  const user = at < 0 ? '' : authority.slice(0, at)
  const host = authority.slice(at + 1)
  if (!USER.test(user) || !hasWholeEscapes(user)) return false
  if (host.startsWith('[')) return /^\[[^\]]*\](?::\d*)?$/.test(host)
  const colon = host.lastIndexOf(':')
  return HOST.test(host) && (colon < 0 || /^:\d*$/.test(host.slice(colon)))
}
