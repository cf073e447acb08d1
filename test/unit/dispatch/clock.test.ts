import { expect, test } from 'vitest'
import { workByGroup } from '../../../functions/dispatch/by-group.ts'
import { finish } from '../../../shared/base/steps.ts'
import { HOUR, MINUTE, type Millis, SECOND } from '../../../shared/base/time.ts'
import { defaultConfig } from '../../../shared/config/sections.ts'
import { MESSAGE_VERSION } from '../../../shared/message/message.ts'
import { compileConfig } from '../../../shared/routing/compile.ts'

const NOW = Date.UTC(2026, 0, 5)
/** The moment of receipt, before the clock was set back by an hour. */
const RECEIVED = NOW + HOUR

/** The alert of a message as dispatch takes it at `NOW`. */
function taken({ receives = 1, endsAt }: { receives?: number; endsAt?: Millis }, receivedAt = RECEIVED) {
  const alert = { labels: { alertname: 'a' }, annotations: {}, startsAt: receivedAt, ...(endsAt && { endsAt }) }
  const kind = 'alerts' as const
  const about = { v: MESSAGE_VERSION, kind, account: 'acme', integration: 'i', receivedAt, recoverAfterMs: 5 * MINUTE }
  const message = { id: '7', body: '', receives, sentAt: receivedAt }
  const { works } = finish(
    workByGroup([{ message, body: { ...about, alerts: [alert] } }], compileConfig(defaultConfig()), NOW),
  )
  const [input] = [...works.values()].flatMap(({ inputs }) => inputs)
  if (input?.kind !== 'alert') throw new Error('no alert')
  return { endsAt: input.arrival.alert.endsAt, stamp: input.arrival.stamp }
}

test('a message that was on its way when the clock was set back keeps its place, and its times are of now', () => {
  const stamp = { at: NOW, tie: '7#00000', order: RECEIVED }
  expect(taken({})).toEqual({ endsAt: NOW + 5 * MINUTE, stamp })
  expect(taken({ receives: 2 })).toEqual({ endsAt: NOW + 5 * MINUTE, stamp })
  expect(taken({ endsAt: RECEIVED })).toEqual({ endsAt: NOW, stamp })
  expect(taken({ endsAt: RECEIVED + MINUTE })).toEqual({ endsAt: NOW + MINUTE, stamp })
})

test('clocks of workers that differ by seconds change nothing', () => {
  const at = NOW + 3 * SECOND
  expect(taken({ endsAt: at }, at)).toEqual({ endsAt: at, stamp: { at, tie: '7#00000' } })
})
