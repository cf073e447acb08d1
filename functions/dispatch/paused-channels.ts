import { MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import type { Channel } from '../../shared/config/config.ts'
import { parseTargetKey } from '../../shared/delivery/target.ts'
import type { PauseNotice, TargetArrival } from '../../shared/group/context.ts'
import type { Pause } from '../../shared/group/target-state.ts'
import type { Heads } from '../../shared/group-store/heads.ts'
import { sendAll } from '../../shared/queue/port.ts'
import { forgetPaused, isSame, notePaused, type PausedChannel, readPaused } from '../../shared/store/paused.ts'
import { pausedAlert } from '../../shared/store/paused-alert.ts'
import type { DispatchDeps } from './deps.ts'

/*
 * The alerts of an account about its own paused channels, and about users who are paused on a channel. Each has a single
 * firing alert, however many groups paused it: an item of the table lists the places, each a target in a group. The alert
 * is over when a delivery has arrived at every place, or when the group of a place is forgotten.
 */
export interface PausedChannels {
  /** Throws when the alert is not in the queue. */
  raise(place: GroupPlace, notices: readonly PauseNotice[], channel: ChannelById): Promise<void>
  /** Ends the alerts of channels at which no place is left. Throws when an end is not in the queue. */
  arrived(place: GroupPlace, arrivals: readonly TargetArrival[]): Promise<void>
}

interface GroupPlace {
  account: string
  group: string
}

type ChannelById = (id: string) => Channel | undefined

/**
 * Both times are measured by the clock that nobody sets. A channel without a noted pause is not looked up at every
 * arrival.
 */
const QUIET_MS = 30 * SECOND
/** The time between two looks at the places in other groups: a look at a place costs the reading of a group. */
const LOOK_MS = MINUTE
const REMEMBERED = 1000

export function createPausedChannels(
  { table, dispatchQueue, clock, orderOf }: Pick<DispatchDeps, 'table' | 'dispatchQueue' | 'clock' | 'orderOf'>,
  heads: Pick<Heads, 'read'>,
): PausedChannels {
  const quietUntil = createMoments()
  const lookAgainAt = createMoments()
  const send = async (account: string, paused: PausedChannel, over: boolean): Promise<void> => {
    const now = clock.now()
    const { failed } = await sendAll(dispatchQueue, pausedAlert(account, paused, { now, ...orderOf?.(now), over }))
    if (failed.length > 0) throw new Error('the queue did not take the alert of a paused channel')
  }
  const isOver = async (account: string, place: PausedChannel['places'][number]): Promise<boolean> => {
    const state = (await heads.read(account, place.group))?.group.targets.get(place.target)
    return state?.paused === undefined && state?.unproven !== true
  }
  return {
    /**
     * A pause is noted before its alert is raised: a noted pause without a raised alert is raised by the next decision
     * of the group.
     */
    async raise({ account, group }, notices, channelById) {
      for (const { target, pause } of notices) {
        const { channel, user } = parseTargetKey(target)
        const kind = channelById(channel)?.type ?? 'unknown'
        const place = { target, group, at: pause.at }
        await send(
          account,
          await notePaused(
            table,
            account,
            { channel, user, kind, reason: reasonText(pause), pause: pause.reason },
            place,
          ),
          false,
        )
      }
    },
    /**
     * An alert is ended before its pause is forgotten: an ended alert whose pause is not forgotten is ended again,
     * which changes nothing.
     */
    async arrived({ account, group }, arrivals) {
      for (const { target, endsPause } of arrivals) {
        const { channel, user } = parseTargetKey(target)
        const key = JSON.stringify([account, channel, user])
        const now = clock.elapsed()
        if (!endsPause && now < quietUntil.get(key)) continue
        const paused = await readPaused(table, account, { channel, user })
        if (paused === undefined) {
          quietUntil.set(key, now + QUIET_MS)
          continue
        }
        const look = endsPause || now >= lookAgainAt.get(key)
        if (look) lookAgainAt.set(key, now + LOOK_MS)
        const over = await Promise.all(
          paused.places.map((place) => isSame(place, { target, group }) || (look && isOver(account, place))),
        )
        const gone = paused.places.filter((_, index) => over[index])
        if (gone.length === 0) continue
        if (gone.length === paused.places.length) await send(account, paused, true)
        await forgetPaused(table, account, paused, gone, clock.now())
      }
    },
  }
}

/** The end of the summary, in words for people. */
function reasonText({ reason, failure }: Pause): string {
  if (reason.code === 'target-gone') return 'it said that it is gone (410)'
  return `nothing arrived there for five days, the last time for ${failure ?? 'other'}`
}

/**
 * A moment for every key. When there are too many keys the whole map is cleared: the table is then only looked up once
 * more.
 */
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
