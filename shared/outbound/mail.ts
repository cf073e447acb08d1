import { isIP } from 'node:net'
import type { Millis } from '../base/time.ts'
import { createReach, type ReachDeps, type Reached } from './reach.ts'

/** Opens a TCP connection to a mail server, in the clear: the caller begins TLS. */
export type Connect = (server: { host: string; port: number; giveUpAt: Millis }) => Promise<Reached>

/**
 * Relay (RFC 5321), submission with TLS from the first byte (RFC 8314), submission (RFC 6409), and a customary second
 * port of it.
 */
const MAIL_PORTS: readonly number[] = [25, 465, 587, 2525]

/** The way out to mail servers that users gave: checked as every target, but other ports are open. */
export function createConnect(deps: ReachDeps): Connect {
  const reach = createReach(deps)
  return async ({ host, port, giveUpAt }) => {
    const target = { secure: false, host, port, literal: isIP(host) !== 0 }
    return await reach(target, { giveUpAt, forbiddenPort: (asked) => !MAIL_PORTS.includes(asked) })
  }
}
