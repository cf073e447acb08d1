import { isIP } from 'node:net'

/** Limits of RFC 5321, section 4.5.3.1. */
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const LOCAL_CHARS = 64
const DOMAIN =
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

/** A sender: a mailbox, or a name and a mailbox in angle brackets. */
interface Sender {
  name: string
  address: string
}

export function readSender(text: string): Sender | undefined {
  const [, name = '', address = text] = /^([^<>]*)<([^<>]*)>$/.exec(text) ?? []
  return mailboxProblem(address) === undefined && !/[\p{Cc}"\\@]/u.test(name)
    ? { name: name.trim(), address }
    : undefined
}

/** The problem with the host of a mail server, or undefined: a name, or an address in its plain spelling. */
export function hostProblem(text: string): string | undefined {
  if (isIP(text) !== 0 && !text.includes('%')) return undefined
  const name = text.toLowerCase()
  // The parser of URLs reads `127.1` and `0x7f.1` as addresses.
  const plain = DOMAIN.test(text) && URL.canParse(`http://${name}/`) && new URL(`http://${name}/`).hostname === name
  return plain ? undefined : 'is neither the name of a host nor an IP address'
}
