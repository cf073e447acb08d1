import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { parseTargetKey } from '../../../shared/delivery/target.ts'
import { loadGroup } from '../../../shared/group-store/heads.ts'
import { MESSAGE_VERSION, type ReplayRequested } from '../../../shared/message/message.ts'
import { zodProblems } from '../../../shared/problem/problem.ts'
import { sendAll } from '../../../shared/queue/port.ts'
import { listPaused, type PausedChannel, type PausedName } from '../../../shared/store/paused.ts'
import { allCards } from '../groups/walk-cards.ts'
import { invalid, readJson } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import { type Answer, type Ask, notFound, type Route } from '../http/route.ts'

const MOST_CHANNELS = 100
/** A request ends after so many messages or so much time, and says that more is left. */
const MOST_MESSAGES = 200
const MOST_MS = 2_000
const MOST_CARDS = 5_000

const resumeBody = z
  .strictObject({
    channels: z
      .array(z.string().min(1))
      .min(1)
      .max(MOST_CHANNELS)
      .describe('Ids of channels; `channel@user` where a user is paused on a channel'),
  })
  .meta({ id: 'ChannelsToResume' })

const resumeAnswer = z
  .object({
    resumed: z
      .array(z.object({ channel: z.string(), messages: z.int() }))
      .describe('With the groups that are told now'),
    left: z.array(
      z.object({
        channel: z.string(),
        code: z.enum(['not_found', 'not_paused', 'over', 'unavailable']),
        message: z.string(),
      }),
    ),
    partial: z.boolean().describe('More groups wait than one request asks for: ask again'),
  })
  .meta({ id: 'ResumedChannels' })

export type Resumed = z.output<typeof resumeAnswer>

const WHY = {
  not_found: 'there is no channel of that id',
  not_paused: 'nothing is paused there',
  over: 'its groups are over: nothing is left to tell',
  unavailable: 'the queue is away; try again',
}

/** Paused channels are told again, after a person has repaired the target. */
export function resumeChannelsRoute(deps: ApiDeps): Route {
  return {
    method: 'POST',
    path: '/api/v1/channels:resume',
    access: 'responder',
    about: {
      summary: 'Tell paused channels again: each group with the channel tells its present state',
      body: { schema: resumeBody },
      answers: {
        202: { text: 'Accepted; the groups decide', schema: resumeAnswer },
        404: { text: 'No channel has one of the ids' },
        422: { text: 'The body is not such a list' },
      },
    },
    handle: (ask) => resume(deps, ask),
  }
}

async function resume(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const body = await readJson(ask.request, { exact: true })
  if (!body.ok) return body.refusal
  const wanted = resumeBody.safeParse(body.value)
  if (!wanted.success) return invalid(zodProblems(wanted.error))
  const answer = await resumeChannels(deps, ask, wanted.data.channels)
  const unknown = answer.resumed.length === 0 && answer.left.every(({ code }) => code === 'not_found')
  return unknown ? notFound('channel') : json(202, answer)
}

/** `channel`, or `channel@user`. */
export function pausedKey({ channel, user }: PausedName): string {
  return user === undefined ? channel : `${channel}@${user}`
}

/**
 * Asks every group in which a target of the channels is paused, as a replay of a person does: twice or late is harmless,
 * the target is told the present state once more.
 */
export async function resumeChannels(deps: ApiDeps, { account }: Ask, given: readonly string[]): Promise<Resumed> {
  const paused = new Map((await listPaused(deps.table, account)).map((one) => [pausedKey(one), one]))
  const wanted = [...new Set(given)]
  const chosen = new Map(wanted.flatMap((key) => (paused.has(key) ? [[key, paused.get(key)!] as const] : [])))
  const { waiting, partial } = await findWaiting(deps, account, chosen)
  const resumed: Resumed['resumed'] = []
  const left: Resumed['left'] = []
  const leave = (channel: string, code: keyof typeof WHY): void => {
    left.push({ channel, code, message: WHY[code] })
  }
  const compiled = await deps.configs.current(account)
  // A channel that is gone stays paused in the groups that named it.
  const isKnown = (key: string): boolean => compiled.channel(parseTargetKey(key).channel) !== undefined
  for (const channel of wanted) {
    const messages = waiting.get(channel) ?? []
    if (messages.length === 0) {
      if (chosen.has(channel)) leave(channel, 'over')
      else leave(channel, isKnown(channel) ? 'not_paused' : 'not_found')
      continue
    }
    const { failed } = await sendAll(
      deps.dispatchQueue,
      messages.map((message) => ({ account, body: JSON.stringify(message) })),
    )
    if (failed.length < messages.length) resumed.push({ channel, messages: messages.length - failed.length })
    if (failed.length > 0) leave(channel, 'unavailable')
  }
  return { resumed, left, partial }
}

/** A noted pause names 50 groups at most, so groups whose cards name a target out of reach are looked at, too. */
async function findWaiting(
  { table, clock }: Pick<ApiDeps, 'table' | 'clock'>,
  account: string,
  chosen: ReadonlyMap<string, PausedChannel>,
): Promise<{ waiting: Map<string, ReplayRequested[]>; partial: boolean }> {
  const waiting = new Map<string, ReplayRequested[]>([...chosen.keys()].map((key) => [key, []]))
  if (chosen.size === 0) return { waiting, partial: false }
  const { cards, more } = await allCards(table, account, MOST_CARDS)
  const noted = [...chosen.values()].flatMap(({ places }) => places.map(({ group }) => group))
  const unreached = cards.flatMap(({ group, failing = [] }) => (failing.length > 0 ? [group] : []))
  const began = clock.elapsed()
  let found = 0
  for (const group of new Set([...noted, ...unreached])) {
    if (found >= MOST_MESSAGES || clock.elapsed() - began > MOST_MS) return { waiting, partial: true }
    const loaded = await loadGroup(table, account, group)
    for (const [target, state] of loaded?.group.targets ?? []) {
      const messages = waiting.get(pausedKey(parseTargetKey(target)))
      const owes = loaded!.group.members.size > 0 || (state.owedEvents ?? []).length > 0
      if (messages === undefined || state.paused === undefined || !owes) continue
      found++
      messages.push({ v: MESSAGE_VERSION, kind: 'replay', account, group, target })
    }
  }
  return { waiting, partial: more }
}
