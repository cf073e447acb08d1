import { expect } from 'vitest'
import { HOUR, MINUTE, type Millis, toRfc3339 } from '../../../shared/base/time.ts'
import { inOrder, readIncident } from './answers.ts'
import { type Heard, hear, nameOf, stillFiring } from './heard.ts'
import type { Taken } from './receivers.ts'
import type { Known } from './stored.ts'
import { START } from './story.ts'

/** An installation that goes on from the stored data. */
export interface Carried {
  api(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }>
  /** To the integration `default`. */
  post(alerts: object[]): Promise<void>
  advanceTo(at: Millis): Promise<void>
  /** Requests that receivers took since the data was stored, in order. */
  taken(): Taken[]
}

interface Shown {
  labels: Record<string, string>
  startsAt: string
}

/** Alerts that are muted for the first hour: by a silence, and by inhibition. */
const MUTED = ['Silenced', 'Follows']

/**
 * Lets time go on and every alert end, and holds what receivers heard against the promises: every alert is told, every
 * end is told, and nothing is told again except where a target may not have heard of it.
 */
export async function carryOn(carried: Carried, { at, heard: before, answers }: Known): Promise<void> {
  const heard = structuredClone(before)
  let clock = at
  let seen = 0
  const again: string[] = []
  const listen = (): void => {
    for (const taken of carried.taken().slice(seen)) {
      seen++
      const arrived = heard.arrived.includes(taken.id)
      const { news, undone } = hear(heard, taken)
      again.push(...undone)
      if (isEvent(taken) || isForward(taken)) continue
      // After a lost answer the same content comes under the same id: receivers may drop ids that they have seen.
      const allowed = news > 0 || before.doubted.includes(taken.id)
      if (arrived || !allowed) again.push(`${taken.path} ${taken.id} ${clock}`)
    }
  }
  const resolveAll = async (but: readonly string[]): Promise<void> => {
    const shown = JSON.parse((await carried.api('GET', '/api/v2/alerts')).text) as Shown[]
    const ended = shown.filter(({ labels }) => !but.includes(labels.alertname!) && !isOwn(labels))
    const now = toRfc3339(clock)
    await carried.post(ended.map(({ labels, startsAt }) => ({ labels, startsAt, endsAt: now })))
  }
  const advance = async (ms: number): Promise<void> => {
    clock += ms
    await carried.advanceTo(clock)
    listen()
  }

  const firing = (): string[] => stillFiring(heard).filter((one) => !one.startsWith('/i/'))

  await advance(4 * MINUTE)
  expect(again).toEqual([])
  expect(Object.keys(heard.alerts['/desk']!)).toEqual(expect.arrayContaining(NEW_AT_THE_DESK))
  expect(heard.alerts['/late']).toHaveProperty(['RequestsSlow 10.0.0.70:9100'])
  expect(heard.alerts['/gone']).toBeUndefined()
  // The paused target is tried again after a reload, and only this target has news.
  expect((await carried.api('POST', '/-/reload')).status).toBe(200)
  await advance(2 * MINUTE)
  expect(again).toEqual([])
  expect(Object.keys(heard.alerts['/gone']!)).toEqual(['GoneDown'])
  await resolveAll(MUTED)
  await advance(10 * MINUTE)
  expect(again).toEqual([])
  expect(firing()).toEqual(['/desk: Follows'])
  await advance(START + HOUR + 5 * MINUTE - clock)
  expect(firing().sort()).toEqual(['/desk: Follows', '/desk: Silenced'])
  await resolveAll([])
  await advance(10 * MINUTE)
  expect(again).toEqual([])
  expect(firing()).toEqual([])
  expectEvents(before, heard)
  await expectPeople(carried)
  await expectTimelines(carried, answers)
}

/**
 * Alerts that no receiver had heard of: they waited in the queues. The data also has a window that is one record short
 * of its count; its shipped rule has another text now, and a changed rule counts anew.
 */
const NEW_AT_THE_DESK = ['DiskFull e', 'Waiting']

const isEvent = ({ body }: Taken): boolean => (body as { specversion?: string }).specversion !== undefined
/** Forwarding repeats what fires. */
const isForward = ({ path }: Taken): boolean => path.startsWith('/i/')
/** Alerts of rules end by themselves. */
const isOwn = (labels: Record<string, string>): boolean =>
  labels.rule !== undefined || labels.alertname === 'TocsinTargetPaused'

/** Events come in their order, each once; two were owed when the data was stored. */
function expectEvents(before: Heard, heard: Heard): void {
  const [old = [], all = []] = [before.events['/bus'], heard.events['/bus']]
  expect(new Set(all).size).toBe(all.length)
  expect(all.slice(0, old.length)).toEqual(old)
  const owed = all.slice(old.length).map((id) => (id.endsWith('_close') ? 'the end' : 'a comment'))
  expect(owed).toEqual(['a comment', 'a comment', 'a comment', 'the end'])
}

async function expectPeople({ api }: Carried): Promise<void> {
  const { items } = JSON.parse((await api('GET', '/api/v1/incidents?limit=200')).text) as {
    items: { id: string; state: string; labels: Record<string, string> }[]
  }
  expect(items.filter(({ state }) => state === 'open').map(({ labels }) => nameOf(labels))).toEqual([])
  const disk = items.find(({ labels }) => labels.alertname === 'DiskFull')!
  const shown = JSON.parse((await api('GET', `/api/v1/incidents/${disk.id}`)).text)
  expect(shown.comments.map(({ text }: { text: string }) => text)).toEqual([
    'the disk is full',
    'a larger disk is ordered',
    'thanks',
    'nobody has worked on this comment yet',
  ])
}

/** Entries that a head still carried were written by the next save. */
async function expectTimelines({ api }: Carried, answers: Known['answers']): Promise<void> {
  for (const [path, answer] of Object.entries(answers)) {
    if (!/^\/api\/v1\/incidents\/[^/]+$/.test(path)) continue
    const { timeline } = await readIncident(async (asked) => JSON.parse((await api('GET', asked)).text), path)
    const before = (answer as { timeline: object[] }).timeline
    expect(inOrder(timeline.slice(0, before.length))).toMatchObject(before)
  }
}
