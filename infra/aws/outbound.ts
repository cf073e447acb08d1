import { type Connect, createConnect } from '../../shared/outbound/mail.ts'
import { createOutbound } from '../../shared/outbound/outbound.ts'
import type { Outbound } from '../../shared/outbound/request.ts'
import { systemClock } from '../clock.ts'
import { listOf } from './env.ts'

/** The way out to URLs of users. `allowed` is the value of `TOCSIN_ALLOW_TARGETS`: targets that need not be public. */
export function awsOutbound(allowed: string | undefined): Outbound {
  return createOutbound({ clock: systemClock, allow: listOf(allowed) })
}

/** The same for mail servers. */
export function awsConnect(allowed: string | undefined): Connect {
  return createConnect({ clock: systemClock, allow: listOf(allowed) })
}
