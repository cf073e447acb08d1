import type { Millis } from '../../base/time.ts'
import type { ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'

/** A user whom a message is for. */
export type Reader = NonNullable<ToSend['recipient']>

export interface PhoneNumber {
  country: string
  number: string
}

/** The number of a message's reader, or the outcome of a message that cannot be sent. `countries` absent: every one. */
export function phoneOf(
  reader: Reader | undefined,
  countries: readonly string[] | undefined,
  now: Millis,
): { ok: true; reader: Reader; phone: PhoneNumber } | { ok: false; outcome: Outcome } {
  const [country = '', number = ''] = reader?.phone?.split('-') ?? []
  if (reader === undefined || number === '') return { ok: false, outcome: misconfigured('nobody has a phone', now) }
  if (countries?.includes(country) === false) {
    return { ok: false, outcome: misconfigured('the channel sends to no numbers of the country of the user', now) }
  }
  return { ok: true, reader, phone: { country, number } }
}

function misconfigured(detail: string, at: Millis): Outcome {
  return { kind: 'dead', at, reason: 'misconfigured', detail }
}
