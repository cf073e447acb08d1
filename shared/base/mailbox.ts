/** Limits of RFC 5321, section 4.5.3.1. */
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const LOCAL_CHARS = 64
/** The name of a host. */
export const DOMAIN =
  /^(?=.{1,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/

/**
 * The problem with a mailbox, or undefined. Letters are ASCII, since few servers take others; a domain in another
 * script is written as `xn--…`.
 */
export function mailboxProblem(text: string): string | undefined {
  const at = text.lastIndexOf('@')
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)]
  if (at < 1 || local.length > LOCAL_CHARS || !LOCAL.test(local) || !DOMAIN.test(domain)) {
    return 'is not a mailbox such as ops@example.com, in ASCII'
  }
  return undefined
}
