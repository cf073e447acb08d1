import { channelTypes } from '../../shared/channels/registry.ts'
import { until } from '../e2e/wait.ts'
import { startWebhook, type Webhook } from '../fakes/webhook.ts'
import { placesOf } from './places.ts'
import { type Account, anEvening, openAccount, type World } from './world.ts'

/** A page in one of its states. */
export interface State {
  name: string
  path: string
  /** Whose page. */
  as: 'newcomer' | 'owner' | 'viewer'
  /** The form of the page is sent with every field wrong. */
  wrong?: true
  /** The page has lost the server. */
  lost?: true
}

export interface Scene {
  accounts: Record<State['as'], Account>
  /** What the pages of an account look like that is in use. */
  places: State[]
  states: State[]
  stop(): Promise<void>
}

const LISTS = {
  ...{ alerts: '/', incidents: '/incidents', mine: '/incidents?tab=mine', closed: '/incidents?tab=closed' },
  ...{ silences: '/silences', integrations: '/integrations', channels: '/channels', forwarding: '/forwarding' },
  ...{ policies: '/policies', try: '/policies/try', rules: '/rules', users: '/users', groups: '/user-groups' },
  ...{ calendars: '/calendars', templates: '/templates', deliveries: '/deliveries', events: '/events' },
  ...{ inbox: '/inbox', keys: '/settings/keys', configuration: '/settings/configuration' },
}

const NOTHING_FOUND = {
  ...{ incidents: '/incidents?q=zzz', rules: '/rules?q=zzz', 'rule-templates': '/rule-templates?q=zzz' },
  ...{ users: '/users?q=zzz', deliveries: '/deliveries?target=zzz', events: '/events?type=close' },
}

const GONE = { page: '/nowhere', silence: '/silences/none', link: '/l/tsl_none.none' }
const GONE_TOO = {
  ...{ incident: '/incidents/none', delivery: '/deliveries/none', event: '/events/none' },
  ...{ integration: '/integrations/none/edit', channel: '/channels/none/edit', policy: '/policies/none/edit' },
  ...{ rule: '/rules/none/history', user: '/users/none/edit', template: '/templates/none/preview' },
}

const FORBIDDEN = { alerts: '/', policy: '/policies/payments/edit', 'new-policy': '/policies/new' }
const FORBIDDEN_TOO = {
  ...{ policies: '/policies', keys: '/settings/keys', channel: '/channels/on-call/edit' },
  ...{ silence: '/silences/new', rules: '/rules' },
}

const FORMS = {
  ...{ silence: '/silences/new', integration: '/integrations/new?type=arms', rule: '/rules/new' },
  ...{ channel: '/channels/new?type=alibaba-eventbridge', slack: '/channels/new?type=slack' },
  ...{ email: '/channels/new?type=email', user: '/users/new', group: '/user-groups/new', calendar: '/calendars/new' },
  ...{ policy: '/policies/new', template: '/templates/new', import: '/people/import', keys: '/settings/keys' },
  ...{ shifts: '/shifts/night-watch/edit', configuration: '/settings/configuration', try: '/policies/try' },
  ...{ 'rule-template': `/rules/new?template=${encodeURIComponent('actiontrail/vpc-route-change')}` },
}

/** Kinds whose messages are drawn in ways of their own. */
const DRAWN = [
  'slack',
  'discord',
  'dingtalk',
  'wecom',
  'lark',
  'teams',
  'telegram',
  'email',
  'sms',
  'voice',
  'inbox',
  'webhook',
]

const named = (head: string, paths: Record<string, string>, more: Omit<State, 'name' | 'path'>): State[] =>
  Object.entries(paths).map(([name, path]) => ({ name: `${head}-${name}`, path, ...more }))

/** `all`: pages too that look like another page. Every page in every state: new, in use, filtered with nothing, refused, gone, with a form that is wrong, without its server. */
export async function everyState(world: World, { all }: { all: boolean }): Promise<Scene> {
  const [newcomer, owner] = [await world.account('New'), await world.account('States')]
  await anEvening(owner, world.hook, world.broken)
  const places = await placesOf(owner)
  const gone = await aPausedChannel(owner)
  const { apiKey: key } = await owner.api<{ apiKey: string }>('POST', '/api/v1/keys', { name: 'wall', role: 'viewer' })
  const texts = { content: '{{ alert.alert_name }}: {{ alert.annotations.summary }}' }
  const kinds = [...channelTypes.values()].filter(({ kind }) => kind.content !== undefined).map(({ kind }) => kind.type)
  const written = Object.fromEntries(kinds.filter((kind) => kind !== 'feishu').map((kind) => [kind, texts]))
  await owner.api('POST', '/api/v1/templates', { id: 'kinds', name: 'Every kind', ...written })
  const [{ id: incident } = { id: '' }] = (
    await owner.api<{ items: { id: string }[] }>('GET', '/api/v1/incidents?state=open')
  ).items
  const rights = ['claim', 'comment', 'close']
  const { url: signed } = await owner.api<{ url: string }>('POST', `/api/v1/incidents/${incident}/links`, { rights })
  const previews = Object.fromEntries(
    (all ? kinds : DRAWN).map((kind) => [kind, `/templates/kinds/preview?kind=${kind}`]),
  )
  return {
    accounts: { newcomer, owner, viewer: openAccount(owner.id, key, world.host, world.browser) },
    places: places.map(([name, path]) => ({ name, path, as: 'owner' })),
    states: [
      ...named('new', LISTS, { as: 'newcomer' }),
      ...named('nothing', NOTHING_FOUND, { as: 'owner' }),
      ...named('gone', all ? { ...GONE, ...GONE_TOO } : GONE, { as: 'owner' }),
      ...named('viewer', all ? { ...FORBIDDEN, ...FORBIDDEN_TOO } : FORBIDDEN, { as: 'viewer' }),
      ...named('wrong', FORMS, { as: 'owner', wrong: true }),
      ...named('preview', previews, { as: 'owner' }),
      ...named(
        'paused',
        { channels: '/channels', alerts: '/', deliveries: '/deliveries?state=failed' },
        { as: 'owner' },
      ),
      { name: 'signed-link', path: new URL(signed).pathname, as: 'newcomer' },
      { name: 'lost-alerts', path: '/', as: 'owner', lost: true },
    ],
    stop: async () => await gone.stop(),
  }
}

/** A target that says that it is gone is paused. */
async function aPausedChannel(account: Account): Promise<Webhook> {
  const gone = await startWebhook({ status: [[Number.MAX_SAFE_INTEGER, 410]] })
  await account.api('POST', '/api/v1/channels', { id: 'retired', name: 'Retired wall', type: 'webhook', url: gone.url })
  await account.api('POST', '/api/v1/policies', {
    ...{ id: 'wall', match: [{ label: 'team', value: 'wall' }], groupBy: ['alertname'], groupWait: '0s' },
    notify: [{ channel: 'retired' }],
  })
  await account.post([{ labels: { alertname: 'WallIsDark', team: 'wall', severity: 'warning' } }])
  await until('the target is paused', async () => {
    const { items } = await account.api<{ items: { id: string; paused?: unknown }[] }>('GET', '/api/v1/channels:health')
    return JSON.stringify(items).includes('paus')
  })
  return gone
}
