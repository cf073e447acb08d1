import * as z from 'zod'
import { json } from '../../../../shared/base/answers.ts'
import { digest } from '../../../../shared/base/hash.ts'
import { DAY, MINUTE, SECOND } from '../../../../shared/base/time.ts'
import { reachUser } from '../../../../shared/channel/recipient.ts'
import { channelTypes } from '../../../../shared/channels/registry.ts'
import type { Channel } from '../../../../shared/config/config.ts'
import { howFor } from '../../../../shared/config/how.ts'
import type { Delivery } from '../../../../shared/delivery/delivery.ts'
import { targetKey } from '../../../../shared/delivery/target.ts'
import { putDeliveries, readDelivery } from '../../../../shared/group-store/deliveries.ts'
import { type DeliveryDue, MESSAGE_VERSION } from '../../../../shared/message/message.ts'
import type { User } from '../../../../shared/people/user.ts'
import { zodProblems } from '../../../../shared/problem/problem.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { invalid, readOptionalJson } from '../../http/body.ts'
import type { ApiDeps } from '../../http/deps.ts'
import type { Ask, Refusal, Route } from '../../http/route.ts'
import { notFound, refuseWith } from '../../http/route.ts'
import { testEvent, testNotification } from './notification.ts'

const asked = z
  .strictObject({
    user: z.string().optional().describe('The id of the user to reach, for kinds of channels that reach users'),
    status: z
      .enum(['firing', 'resolved'])
      .default('firing')
      .describe('`resolved`: the end of an earlier test, which closes what the test opened at the target'),
  })
  .meta({ id: 'ChannelTestRequest' })

const accepted = z
  .object({ delivery: z.string().describe('`GET /api/v1/deliveries/{id}` says how it went'), target: z.string() })
  .meta({ id: 'ChannelTest' })

type ChannelTest = z.output<typeof accepted>

/** Tests of a channel within a minute: a target counts them, and some cost money. */
const MOST_A_MINUTE = 5
/** A test that was not sent by then is not sent any more. */
const LASTS_MS = 2 * MINUTE
const KEPT_MS = 30 * DAY

/** A test message, through the same queue and by the same function as every message. */
export function channelTestRoute(deps: ApiDeps): Route {
  return {
    method: 'POST',
    path: '/api/v1/channels/{id}/test',
    access: 'editor',
    about: {
      summary: `Send a test message through the channel, at most ${MOST_A_MINUTE} within a minute`,
      body: { schema: asked, optional: true },
      answers: {
        202: { text: 'Accepted; the delivery says how it went', schema: accepted },
        404: { text: 'No channel has the id' },
        422: { text: 'The channel needs a user, or cannot reach the user' },
        429: { text: 'Too many tests of the channel; see `Retry-After`' },
      },
    },
    handle: async (ask) => {
      const body = await readOptionalJson(ask.request)
      if (!body.ok) return body.refusal
      const tested = await testChannel(deps, ask, body.value ?? {})
      return 'refused' in tested ? tested : json(202, tested)
    },
  }
}

/** Sends a test message, as `asked` describes it, through the channel of the path. */
export async function testChannel(deps: ApiDeps, ask: Ask, given: unknown): Promise<ChannelTest | Refusal> {
  const read = asked.safeParse(given)
  if (!read.success) return invalid(zodProblems(read.error))
  const { user: userId, status } = read.data
  const config = await deps.configs.current(ask.account)
  const channel = config.channel(ask.param('id'))
  if (channel === undefined) return notFound('channel')
  const user = userId === undefined ? undefined : await userOf(deps, ask, userId)
  const unreachable = reachProblem(channel, userId, user)
  if (unreachable !== undefined) return invalid([{ path: 'user', message: unreachable }])
  const free = await freePlace(deps, ask, channel)
  if ('refused' in free) return free
  const { group, id } = free
  const to = { channel: channel.id, ...(user !== undefined && { user: user.id }) }
  const lifecycle = channelTypes.get(channel.type)?.kind.lifecycle?.(channel.settings) === true
  const target = targetKey({ kind: lifecycle ? 'lifecycle' : 'notification', ...to })
  const by = ask.user ?? ask.name ?? 'somebody'
  const about = { channel: channel.id, receiver: channel.receiver, by, at: ask.now, status, delivery: id }
  const notification = testNotification(about)
  const how = lifecycle ? undefined : howFor(config.templates, channel, [channel.template], user)?.how
  const delivery: Delivery = {
    ...{ id, account: ask.account, group, policy: '_test', target, openedAt: ask.now, firing: [], resolved: [] },
    notification: lifecycle ? { ...notification, event: testEvent(about) } : notification,
    ...(how !== undefined && { how }),
  }
  return await send(deps, ask, delivery, channel)
}

/** A compiled configuration has no addresses of users. */
async function userOf(deps: ApiDeps, ask: Ask, id: string): Promise<User | undefined> {
  const { config } = await readConfig(deps, ask.account, ['users'])
  return config.users.find((user) => user.id === id)
}

/** Why the channel cannot be tested with the user, or without one. */
function reachProblem({ type, settings }: Channel, id: string | undefined, user: User | undefined): string | undefined {
  const kind = channelTypes.get(type)?.kind
  if (kind === undefined) return undefined
  if (id === undefined) return kind.reachesAlone(settings) ? undefined : 'is required: the channel reaches users only'
  const reached = reachUser(kind, user)
  return reached.ok ? undefined : reached.because
}

/**
 * The delivery of a test has one of few ids a minute. Two requests at the same moment may find the same id free, and are
 * one test then: the second write and the second message change nothing.
 */
async function freePlace(
  { table }: ApiDeps,
  { account, now }: Ask,
  { id: channel }: Channel,
): Promise<{ group: string; id: string } | Refusal> {
  const group = digest(['channel-test', account, channel], 32)
  const minute = Math.floor(now / MINUTE)
  for (let place = 0; place < MOST_A_MINUTE; place++) {
    const id = `${group}-${digest([String(minute), String(place)], 24)}`
    if ((await readDelivery(table, account, group, id)) === undefined) return { group, id }
  }
  const wait = Math.ceil(((minute + 1) * MINUTE - now) / SECOND)
  const message = `a channel is tested at most ${MOST_A_MINUTE} times a minute: try again in ${wait} s`
  return refuseWith(429, 'too_many', message, { headers: { 'retry-after': String(wait) } })
}

/**
 * The delivery is stored before its message is sent. A process that ends in between leaves a delivery that nobody sends:
 * the client got no answer, and tests again.
 */
async function send(
  { table, deliveries }: ApiDeps,
  { account, now }: Ask,
  delivery: Delivery,
  channel: Channel,
): Promise<ChannelTest | Refusal> {
  const { id, group, target } = delivery
  await putDeliveries(table, [delivery], { expiresAt: now + KEPT_MS })
  const place = { account, group, target, delivery: id }
  const due: DeliveryDue = { v: MESSAGE_VERSION, kind: 'delivery', ...place, attempt: 1, deadline: now + LASTS_MS }
  const { failed } = await deliveries.send([{ account, lane: channel.id, body: JSON.stringify(due) }])
  if (failed.length > 0) return refuseWith(503, 'unavailable', 'the queue is away; try again')
  return { delivery: id, target }
}
