import { announceChange, wakeGroups } from '../../functions/api/config/wakes.ts'
import { createIngest } from '../../functions/ingest/handler.ts'
import { integrationToken } from '../../shared/account/token.ts'
import { toRfc3339 } from '../../shared/base/time.ts'
import type { Action } from '../../shared/group/action.ts'
import { listGroups } from '../../shared/group-store/heads.ts'
import { type ActionRequested, MESSAGE_VERSION } from '../../shared/message/message.ts'
import { sendAll } from '../../shared/queue/port.ts'
import { createAbsorbed } from '../../shared/refresh/absorbed.ts'
import type { PutSilence } from '../../shared/silence/put.ts'
import type { Silence } from '../../shared/silence/silence.ts'
import { createConfigs } from '../../shared/store/configs.ts'
import { updateSilences } from '../../shared/store/silences.ts'
import { saveConfig } from '../../shared/store/whole-config.ts'
import { hasFlow } from './flows/story.ts'
import { knownConfig } from './flows/watch.ts'
import { faultyQueue, faultyTable } from './process.ts'
import { metrics, nowhere, type Stage, secrets } from './stage.ts'
import { type Act, annotationsOf, labelsOf, type Post, type Story, timesOf } from './story.ts'
import { between, EPOCH } from './world.ts'

/** The world outside: people who configure and silence, and senders that post. */
export async function startPeople(stage: Stage): Promise<void> {
  const { world, story, table } = stage
  const { changes, silences, accounts } = story
  const configure = async (sections: Story['sections']): Promise<void> => {
    const save = async (account: string): Promise<void> => {
      await saveConfig({ table, secrets }, account, forAccount(sections, account), { now: world.now() })
      if (hasFlow(story)) stage.known.push(await knownConfig(stage, account, sections))
    }
    await Promise.all(accounts.map(save))
  }
  await configure(story.sections)
  stage.machine?.flush()
  const clock = world.clock()
  for (const { atMs, sections } of changes) {
    clock.at(EPOCH + atMs, async () => {
      world.say('the configuration changes')
      await untilDone(stage, async () => {
        for (const account of accounts) await announceChange(stage, account)
        await configure(sections)
        for (const account of accounts) await wakeGroups({ ...stage, metrics }, account)
      })
    })
  }
  for (const { atMs, untilMs, name } of silences) {
    clock.at(EPOCH + atMs, () => {
      world.say(`${name} is silenced`)
      for (const account of accounts) {
        void untilDone(stage, () => silenceName(stage, account, name, EPOCH + untilMs))
      }
    })
  }
  const claims = story.claims.map((atMs): Act => ({ atMs, type: 'claim', by: 'mei' }))
  for (const act of [...claims, ...(story.acts ?? [])]) {
    clock.at(EPOCH + act.atMs, () => {
      for (const account of accounts) void untilDone(stage, () => actOnAll(stage, account, act))
    })
  }
  for (const account of accounts) void post(stage, account)
}

/** People ask again after an answer that says that nothing was done. */
async function untilDone({ machine }: Stage, act: () => Promise<unknown>): Promise<void> {
  if (machine === undefined) await act()
  else await machine.ask(act)
}

/** Every account has the same ids; only the address tells the account of a channel. */
function forAccount(sections: Story['sections'], account: string): Story['sections'] {
  const channels = sections.channels.map((channel) => ({
    ...channel,
    settings: { ...channel.settings, url: secrets.seal(`http://${account}.test/${channel.id}`) },
  }))
  return { ...sections, channels }
}

async function silenceName({ table, world }: Stage, account: string, value: string, endsAt: number): Promise<void> {
  const now = world.now()
  const matchers = [{ name: 'name', op: '=' as const, value }]
  const silence = { id: `quiet-${now}`, matchers, startsAt: now, endsAt, updatedAt: now, createdBy: 'sim', comment: '' }
  const put = (silences: readonly Silence[]): PutSilence => {
    return { ok: true, silences: [...silences, silence], id: silence.id }
  }
  await updateSilences(table, account, put)
}

/** A person acts on every incident of the account, as the API passes the action on. */
async function actOnAll({ world, table, dispatchQueue }: Stage, account: string, act: Act): Promise<void> {
  const { groups } = await listGroups(table, account, { limit: 500 })
  const { atMs: _, ...what } = act
  const messages = groups.flatMap(({ id: group, policy, labels, incident: open, reopenable }) => {
    const incident = act.type === 'reopen' ? reopenable : open
    if (incident === undefined) return []
    const id = `${incident.id}-${world.now()}`
    const action: Action = { ...what, id, incident: incident.id, at: world.now() }
    const message: ActionRequested = { v: MESSAGE_VERSION, kind: 'action', account, group, policy, labels, action }
    return [{ account, body: JSON.stringify(message) }]
  })
  world.say(`${act.by}: ${act.type} of ${messages.length} incidents of ${account}`)
  await sendAll(dispatchQueue, messages)
}

/** A sender: posts its alerts one after the other, and repeats a post until the answer is 2xx. */
async function post(stage: Stage, account: string): Promise<void> {
  const { world, story } = stage
  const token = integrationToken(secrets, account, 'default', 0)
  const { containers } = stage
  for (const item of story.posts.filter((one) => one.account === account)) {
    if (EPOCH + item.atMs > world.now()) await world.sleep(EPOCH + item.atMs - world.now())
    for (;;) {
      const process = stage.born('ingest')
      const container =
        containers.length === 0 ? 0 : (item.container ?? between(world.chance, 0, containers.length - 1))
      const refreshes = stage.refreshes ?? containers[container]
      const table = faultyTable(world, process, stage.faults, stage.table)
      const ingest = createIngest({
        dispatchQueue: faultyQueue(world, process, stage.faults, 'alerts', stage.dispatchQueue),
        records: nowhere,
        configs: createConfigs({ table, clock: world.clock() }),
        secrets,
        clock: world.clock(stage.hubMs),
        orderOf: stage.orderOf,
        ...(refreshes && { refreshes }),
        metrics,
        publicUrl: 'http://tocsin.test',
      })
      const wrongByMs = stage.hubMs()
      const answer = await Promise.race([
        ingest(requestOf(token, item, world.now() + wrongByMs + (story.senderAheadMs ?? 0))).then(
          // The host of one machine answers when the writes of the request are durable.
          async ({ status }) => ((await process.body.durable?.()) === false || process.body.over ? 503 : status),
          () => 503,
        ),
        process.died.then(() => 0),
      ])
      if (process.alive) process.settle()
      else if (containers.length > 0) containers[container] = createAbsorbed()
      if (process.alive) stage.machine?.leave(process)
      process.die()
      // The times in a request that was under way when the clock was set are wrong; senders repeat what they say.
      if (answer === 200 && stage.hubMs() === wrongByMs) break
      await world.sleep(between(world.chance, 50, 900))
    }
    world.say(`${account} accepted ${item.name}/${item.group} ${item.status}`)
    stage.accepted.push({ ...item, at: world.now() })
    await world.sleep(1)
  }
}

function requestOf(token: string, item: Post, now: number): Request {
  const { startsAt, endsAt } = timesOf(item, now)
  const ends = endsAt === undefined ? {} : { endsAt: toRfc3339(endsAt) }
  const alert = { labels: labelsOf(item), annotations: annotationsOf(item), startsAt: toRfc3339(startsAt), ...ends }
  const body = JSON.stringify([alert])
  const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }
  // Not a real Request: the body of a Request comes by a stream, and a stream takes turns that no clock here owns.
  const url = `http://tocsin.test/i/${token}/api/v2/alerts`
  return {
    method: 'POST',
    url,
    headers: new Headers(headers),
    bytes: async () => Buffer.from(body),
  } as unknown as Request
}
