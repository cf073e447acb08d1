import { integrationToken } from '../../../shared/account/token.ts'
import { toRfc3339 } from '../../../shared/base/time.ts'
import type { Policy } from '../../../shared/config/config.ts'
import { defaultConfig, type Sections, sectionsOf } from '../../../shared/config/sections.ts'
import { lifecycleTarget, notificationTarget } from '../../../shared/delivery/target.ts'
import { saveConfig } from '../../../shared/store/whole-config.ts'
import { between, EPOCH } from '../world.ts'
import { postBody } from './network.ts'
import { recordOf, ruleEntries } from './rules.ts'
import { accountOf, type ChainStage, hostOf, installationOf } from './stage.ts'
import { HELD_MS, type Post, SITES, type Site, siteLabel } from './story.ts'

/** The people who configure, and the senders that post. */
export async function startSenders(stage: ChainStage): Promise<void> {
  const now = stage.world.now()
  for (const site of SITES) {
    await saveConfig(installationOf(stage, site), accountOf(site), sections(stage, site), { now })
  }
  for (const site of SITES) {
    for (let sender = 0; sender < stage.story.senders; sender++) void post(stage, site, sender)
  }
}

/** Ids are the same in every account; only the values behind the ids tell the accounts apart. */
function sections(stage: ChainStage, site: Site): Sections {
  const { story } = stage
  const seal = (text: string): string => installationOf(stage, site).secrets.seal(text)
  const integration = (id: string, type: string, autoRecoverAfterMs: number) => {
    return {
      id,
      type,
      name: id,
      access: 'post' as const,
      paused: false,
      generation: 0,
      autoRecoverAfterMs,
      settings: {},
    }
  }
  const policy: Policy = {
    ...{ id: 'all', name: 'all', match: [], groupBy: story.groupBy, groupWaitMs: 1000, groupIntervalMs: 5000 },
    ...{
      repeatIntervalMs: 20 * 24 * 3_600_000,
      targets: [notificationTarget('hook')],
      lifecycle: [lifecycleTarget('bus')],
      muteTimes: [],
      activeTimes: [],
      silencedEnds: 'told',
    },
    ...{ receiver: 'all', routeKey: '{}/{all}' },
  }
  const link = story.links.find(({ from }) => from === site)
  const forwarding =
    link === undefined ? {} : { forwarding: { settings: { url: seal(hubUrl(stage, link.to)) }, sources: link.sources } }
  return {
    ...sectionsOf(defaultConfig()),
    integrations: [
      integration('trail', story.trail, story.trailRecoverMs),
      integration('default', 'prometheus', story.trailRecoverMs),
      integration('hub', 'arms', story.hubRecoverMs),
    ],
    channels: [
      { id: 'hook', type: 'webhook', sendResolved: true, settings: { url: seal(`http://${hostOf('hook', site)}/`) } },
      { id: 'bus', type: 'cloudevents', sendResolved: true, settings: { url: seal(`http://${hostOf('bus', site)}/`) } },
    ],
    policies: [policy],
    rules: ruleEntries(story.burst, story.alike),
    ...forwarding,
  }
}

function hubUrl(stage: ChainStage, to: Site): string {
  return `http://${hostOf('hub', to)}/i/${integrationToken(installationOf(stage, to).secrets, accountOf(to), 'hub', 0)}`
}

/** One sender: posts sequentially, and repeats a post until the answer is 2xx. */
async function post(stage: ChainStage, site: Site, sender: number): Promise<void> {
  const { world, story } = stage
  // An alert has one sender: with two senders the last word would be undefined.
  const mine = story.posts
    .filter((one) => one.site === site)
    .filter((one, place) => ('alert' in one ? 0 : place % story.senders) === sender)
  for (const item of mine) {
    if (EPOCH + item.atMs > world.now()) await world.sleep(EPOCH + item.atMs - world.now())
    for (;;) {
      const [integration, body] = bodyOf(stage, item)
      const status = await postBody(stage, site, integration, JSON.stringify(body), {})
      if (status !== undefined && status < 300) break
      if (status !== undefined && status < 500) throw new Error(`${site}: a sender was answered ${status}`)
      await world.sleep(between(world.chance, 50, 900))
    }
    world.say(`${site} accepted ${JSON.stringify('records' in item ? item.records : item.alert)}`)
    stage.accepted.push({ ...item, at: world.now() })
    await world.sleep(1)
  }
}

function bodyOf({ story, world }: ChainStage, item: Post): [integration: string, body: object] {
  const { site } = item
  if ('records' in item) {
    const records = item.records.map((record) => recordOf(story.trail, site, record))
    return ['trail', story.trail === 'cloudtrail' ? { Records: records } : records]
  }
  const { name, status } = item.alert
  const now = world.now()
  const endsAt = toRfc3339(status === 'resolved' ? now : now + HELD_MS)
  const labels = { alertname: name, ...siteLabel(story, site) }
  return ['default', [{ labels, annotations: { place: site }, startsAt: toRfc3339(now), endsAt }]]
}
