import { type Clock, DAY, MINUTE, type Millis, SECOND } from '../base/time.ts'
import { OWN_INTEGRATION } from '../config/config.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { FORWARD_TARGET, parseTargetKey } from '../delivery/target.ts'
import { loadGroup } from '../group-store/heads.ts'
import { type AlertsReceived, type DeliveryDue, MESSAGE_VERSION } from '../message/message.ts'
import { type Queue, toAscii } from '../queue/port.ts'
import { forgetPaused, isSame, notePaused, type PausedChannel, readPaused } from '../store/paused.ts'
import type { Table } from '../table/port.ts'

/*
 * A group that paused a target tells it nothing more, so somebody has to hear of it another way: an alert of the
 * account itself, `TocsinTargetPaused`, which goes through its policies like every other. It fires once for a
 * channel, however many groups paused it, and resolves when none of them has it paused any more: what arrived
 * there since a pause was lifted is the proof. It is told before the outcome is reported: a group that paused
 * the target would never send there again, and so there would be no second chance.
 */
export interface Owner {
  /** Throws when nobody could be told; the outcome is then better not reported either. */
  hear(due: Pick<DeliveryDue, 'account' | 'group' | 'target'>, kind: string, outcome: Outcome): Promise<void>
}

interface OwnerDeps {
  table: Table
  /** The queue to dispatch. */
  dispatchQueue: Queue
  clock: Pick<Clock, 'now'>
}

type Where = Pick<DeliveryDue, 'account' | 'group' | 'target'>

const TARGET_PAUSED = 'TocsinTargetPaused'

/**
 * When the group pauses a target that took nothing (`group/target.ts`), less the time that an outcome needs to
 * get there: it must not pause what nobody was told of.
 */
const HOPELESS_MS = 5 * DAY - MINUTE
/** What was noted lately may be paused only when its outcome arrives. */
const SETTLING_MS = 5 * MINUTE
/** A channel of which nothing is noted is not looked up at every arrival. */
const QUIET_MS = 30 * SECOND
/** The places of others are looked at so often: each costs the reading of a group. */
const LOOK_MS = MINUTE
const REMEMBERED = 1000

export function createOwner(deps: OwnerDeps): Owner {
  const quietUntil = createMoments()
  const lookAgainAt = createMoments()
  return {
    async hear(due, kind, outcome) {
      const key = JSON.stringify([due.account, parseTargetKey(due.target).channel])
      const now = deps.clock.now()
      if (outcome.kind !== 'arrived') {
        const reason = await pauseReason(deps.table, due, outcome, now)
        if (reason === undefined) return
        await raise(deps, due, { kind, reason }, now)
        return quietUntil.set(key, now)
      }
      if (now < quietUntil.get(key)) return
      const paused = await readPaused(deps.table, due.account, parseTargetKey(due.target).channel)
      if (paused === undefined) return quietUntil.set(key, now + QUIET_MS)
      const look = now >= lookAgainAt.get(key)
      if (look) lookAgainAt.set(key, now + LOOK_MS)
      await arrived(deps, due, paused, { now, look })
    },
  }
}

/** Why the group is about to pause the target, if it is. */
async function pauseReason(
  table: Table,
  { account, group, target }: Where,
  outcome: Exclude<Outcome, { kind: 'arrived' }>,
  now: Millis,
): Promise<string | undefined> {
  if (outcome.kind === 'dead' && outcome.reason === 'gone') return 'it said that it is gone (410)'
  const since = (await loadGroup(table, account, group))?.group.targets.get(target)?.retry?.since
  if (since === undefined || now - since < HOPELESS_MS) return undefined
  return `nothing arrived there for five days, the last time for ${outcome.reason}`
}

/** Noted first: what is noted and not told is told by the next attempt, and what is told twice is one alert. */
async function raise(
  deps: OwnerDeps,
  { account, group, target }: Where,
  { kind, reason }: Pick<PausedChannel, 'kind' | 'reason'>,
  now: Millis,
): Promise<void> {
  const about = { channel: parseTargetKey(target).channel, kind, reason }
  const paused = await notePaused(deps.table, account, about, { target, group, at: now })
  await sendPaused(deps.dispatchQueue, account, paused, { now, over: false })
}

/** Told before it is forgotten: what was told and not forgotten is told again, which changes nothing. */
async function arrived(
  { table, dispatchQueue }: OwnerDeps,
  due: Where,
  paused: PausedChannel,
  { now, look }: { now: Millis; look: boolean },
): Promise<void> {
  const over = await Promise.all(
    paused.places.map(async (place) => {
      if (isSame(place, due)) return true
      if (!look || now - place.at < SETTLING_MS) return false
      const loaded = await loadGroup(table, due.account, place.group)
      return loaded?.group.targets.get(place.target)?.paused === undefined
    }),
  )
  const gone = paused.places.filter((_, index) => over[index])
  if (gone.length === 0) return
  if (gone.length === paused.places.length) await sendPaused(dispatchQueue, due.account, paused, { now, over: true })
  await forgetPaused(table, due.account, paused, gone, now)
}

/** Twice or late is safe: it is one alert by its labels, and the later message counts. */
export async function sendPaused(
  dispatchQueue: Queue,
  account: string,
  { channel, kind, reason, since }: PausedChannel,
  { now, over }: { now: Millis; over: boolean },
): Promise<void> {
  const name = channel === FORWARD_TARGET.channel ? 'forwarding' : channel
  const alert: AlertsReceived['alerts'][number] = {
    labels: { alertname: TARGET_PAUSED, channel: name, kind, severity: 'warning' },
    annotations: {
      summary: `Tocsin sends nothing more to ${name}: ${reason}`,
      description:
        'Mend the receiver or remove the channel. POST /-/reload, a change of the configuration, or a replay of one of its deliveries has it tried again.',
    },
    startsAt: since,
    ...(over ? { endsAt: now } : {}),
  }
  const message: AlertsReceived = {
    ...{ v: MESSAGE_VERSION, kind: 'alerts', account, integration: OWN_INTEGRATION },
    // Until it is said to be over: nobody repeats it.
    ...{ receivedAt: now, recoverAfterMs: 0, alerts: [alert] },
  }
  const { failed } = await dispatchQueue.send([{ body: toAscii(JSON.stringify(message)), account }])
  if (failed.length > 0) throw new Error('the queue did not take the alert')
}

/** Of each thing a moment, forgotten when there are too many: then it is only looked up once more. */
function createMoments(): { get(key: string): Millis; set(key: string, at: Millis): void } {
  const moments = new Map<string, Millis>()
  return {
    get: (key) => moments.get(key) ?? Number.NEGATIVE_INFINITY,
    set(key, at) {
      if (moments.size >= REMEMBERED) moments.clear()
      moments.set(key, at)
    },
  }
}
