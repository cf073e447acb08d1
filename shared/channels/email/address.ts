import { isIP } from 'node:net'
import { DOMAIN, mailboxProblem } from '../../base/mailbox.ts'

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
