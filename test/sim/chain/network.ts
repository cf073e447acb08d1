import { createIngest } from '../../../functions/ingest/handler.ts'
import { integrationToken } from '../../../shared/account/token.ts'
import type { ForwardBody } from '../../../shared/integrations/forward.ts'
import type { OutboundRequest } from '../../../shared/outbound/request.ts'
import { createConfigs } from '../../../shared/store/configs.ts'
import { faultyQueue, faultyTable } from '../process.ts'
import type { SeenAlert } from '../sink.ts'
import { metrics } from '../stage.ts'
import { EPOCH } from '../world.ts'
import { accountOf, type ChainStage, hop, hostOf, installationOf } from './stage.ts'
import { SITES, type Site } from './story.ts'
import { type Taker, wire } from './wire.ts'

/** The webhook and the bus of every account, and the front door for accounts that forward to the account. */
export function connect(stage: ChainStage): void {
  const { network, world, story } = stage
  const within = ([from, until]: [number, number]): boolean =>
    world.now() >= EPOCH + from && world.now() < EPOCH + until
  for (const site of SITES) {
    const to = (kind: 'hook' | 'bus' | 'hub', isDown: () => boolean, take: Taker): void => {
      network.set(hostOf(kind, site), wire(world, stage.sinkRates, isDown, take))
    }
    to('hook', () => false, takeNotification(stage, site))
    to('bus', () => within(story.busDownMs), takeEvent(stage, site))
    to('hub', () => within(story.hubDownMs), takeForward(stage, site))
  }
}

function takeNotification({ hooks, world }: ChainStage, site: Site): Taker {
  return async ({ body, headers }) => {
    const { alerts } = JSON.parse(body) as { alerts: SeenAlert[] }
    const id = headers['webhook-id'] ?? ''
    hooks.get(site)!.push({ at: world.now(), id, alerts })
    world.say(`${site} hook takes ${id.slice(-8)}: ${alerts.map((a) => `${words(a.labels)}=${a.status}`).join(', ')}`)
    return 200
  }
}

function takeEvent({ buses, world }: ChainStage, site: Site): Taker {
  return async ({ body, headers }) => {
    const { id } = JSON.parse(body) as { id: string }
    buses.get(site)!.push({ at: world.now(), delivery: headers['webhook-id'] ?? '', id })
    world.say(`${site} bus takes ${id}`)
    return 200
  }
}

function takeForward(stage: ChainStage, site: Site): Taker {
  return async ({ body, headers, url }: OutboundRequest) => {
    const at = stage.world.now()
    const { hops, alerts } = JSON.parse(body) as ForwardBody
    const status = await postBody(stage, site, 'hub', body, headers, new URL(url).pathname)
    const text = alerts.map((alert) => `${words(alert.labels)}=${alert.status}`).join(', ')
    stage.world.say(`${site} hub answers ${status} to ${hops.join(' ')}: ${text}`)
    const accepted = status !== undefined && status < 300 && !hops.includes(hop(stage, site))
    stage.passed.push({ at, to: site, accepted, hops, alerts })
    return status
  }
}

function words({ site, alertname, user = '' }: Record<string, string>): string {
  return `${site} ${alertname} ${user}`.trim()
}

/** One life of ingest for one request. Undefined: the life ended during the request. */
export async function postBody(
  stage: ChainStage,
  site: Site,
  integration: string,
  body: string,
  headers: Record<string, string>,
  path?: string,
): Promise<number | undefined> {
  const { world, faults } = stage
  const at = installationOf(stage, site)
  const process = stage.born(`${site} ingest`)
  const ingest = createIngest({
    dispatchQueue: faultyQueue(world, process, faults, 'alerts', at.dispatchQueue),
    records: faultyQueue(world, process, faults, 'records', at.records),
    configs: createConfigs({ table: faultyTable(world, process, faults, at.table), clock: world.clock() }),
    secrets: at.secrets,
    clock: world.clock(),
    metrics,
    publicUrl: 'http://tocsin.test',
  })
  const to = path ?? `/i/${integrationToken(at.secrets, accountOf(site), integration, 0)}`
  const length = String(Buffer.byteLength(body))
  // Not a real Request: the body of a real Request is a stream, and a stream takes turns outside the simulated clock.
  const request = {
    method: 'POST',
    url: `http://tocsin.test${to}`,
    headers: new Headers({ 'content-type': 'application/json', ...headers, 'content-length': length }),
    bytes: async () => Buffer.from(body),
  } as unknown as Request
  const status = await Promise.race([
    ingest(request).then(
      (answer) => answer.status,
      () => 503,
    ),
    process.died.then(() => undefined),
  ])
  if (process.alive) process.settle()
  process.die()
  return status
}
