import { until } from '../e2e/wait.ts'
import type { Account } from './world.ts'

/** Every page of the console for an account after `anEvening`, with a name for its picture. */
export async function placesOf(account: Account): Promise<[string, string][]> {
  const list = async <Item>(path: string) => (await account.api<{ items: Item[] }>('GET', path)).items
  const groups = await list<{ id: string; title: string; incident?: string }>('/api/v1/groups')
  const group = groups.find(({ title }) => title.startsWith('HighLatency'))!
  const other = groups.find(({ title }) => title.startsWith('CheckoutErrorRate'))!
  const [silence] = await list<{ id: string }>('/api/v1/silences')
  await account.api('POST', `/api/v1/incidents/${group.incident}/claim`, { by: 'mei' })
  await account.api('POST', `/api/v1/incidents/${group.incident}/comment`, {
    ...{ by: 'mei', comment: 'rolling back. 正在回滚' },
  })
  const event = await until('an event was sent', async () => (await list<{ delivery: string }>('/api/v1/events'))[0])
  const key = await account.api<{ id: string }>('POST', '/api/v1/keys', {
    name: 'grafana',
    role: 'viewer',
    user: 'mei-liu',
  })
  await until('a message is there', async () => (await list('/api/v1/users/mei-liu/inbox')).length > 0)
  await aRuleThatMatched(account)
  const chat = {
    title: '{{ title }}',
    content: '**{{ alert.alert_name }}** {{ alert.labels | to_list }}',
    details: false,
  }
  await account.api('POST', '/api/v1/templates', { id: 'sample', name: 'Sample', dingtalk: chat })
  const [failing] = await list<{ id: string }>('/api/v1/deliveries?state=failed')
  return Object.entries({
    alerts: '/',
    filtered: '/?filter=team%3D%22payments%22&filter=cluster%3D~%22hz-.*%22',
    'wrong-filter': '/?add=team%3D%7E%22(',
    'by-label': '/?group=cluster',
    nothing: '/?q=zzz',
    incidents: '/incidents',
    mine: '/incidents?tab=mine',
    closed: '/incidents?tab=closed',
    incident: `/incidents/${group.incident}`,
    unreached: `/incidents/${other.incident}`,
    'all-alerts': `/incidents/${group.incident}/alerts`,
    why: `/incidents/${other.incident}/why`,
    'why-then': `/incidents/${other.incident}/why?n=1`,
    close: `/incidents/${group.incident}/close`,
    assign: `/incidents/${group.incident}/assign`,
    link: `/incidents/${group.incident}/link`,
    silences: '/silences',
    expired: '/silences?state=expired',
    silence: `/silences/${silence!.id}`,
    expire: `/silences/${silence!.id}/expire`,
    'new-silence': `/silences/new?group=${group.id}`,
    'empty-silence': '/silences/new',
    integrations: '/integrations',
    'new-integration': '/integrations/new?type=arms',
    integration: '/integrations/prometheus/edit',
    'integration-test': '/integrations/prometheus/test',
    'new-url': '/integrations/prometheus/rotate',
    'delete-integration': '/integrations/prometheus/delete',
    forwarding: '/forwarding',
    channels: '/channels',
    'new-channel': '/channels/new?type=alibaba-eventbridge',
    channel: '/channels/on-call/edit',
    'delete-channel': '/channels/on-call/delete',
    users: '/users',
    'new-user': '/users/new',
    user: '/users/mei-liu/edit',
    groups: '/user-groups',
    'new-group': '/user-groups/new',
    'on-duty': '/calendars',
    shifts: '/shifts/night-watch/edit',
    'take-over': '/shifts/night-watch/take-over',
    'new-calendar': '/calendars/new',
    calendar: '/calendars/office/edit',
    'import-users': '/people/import',
    policies: '/policies',
    'new-policy': '/policies/new',
    policy: '/policies/payments/edit',
    'policy-flow': '/policies/night/edit',
    'try-policy': '/policies/try',
    'test-channel': '/channels/on-call/test',
    rules: '/rules',
    'rule-history': '/rules/routes/history',
    'rule-templates': '/rule-templates?q=login',
    'new-rule': `/rules/new?template=${encodeURIComponent('actiontrail/vpc-route-change')}`,
    'custom-rule': '/rules/new',
    templates: '/templates',
    'new-template': '/templates/new',
    template: '/templates/sample/edit',
    'template-preview': '/templates/sample/preview',
    deliveries: '/deliveries',
    'deliveries-of': `/deliveries?incident=${group.incident}`,
    dead: '/deliveries?state=dead',
    failing: '/deliveries?state=failed',
    unreadable: '/deliveries?state=refused',
    'send-again': '/deliveries/replay?state=failed',
    delivery: `/deliveries/${failing!.id}`,
    events: '/events',
    event: `/events/${event.delivery}`,
    inbox: '/inbox?user=mei-liu',
    'no-inbox': '/inbox',
    settings: '/settings',
    'end-links': '/settings/links',
    keys: '/settings/keys',
    key: `/settings/keys/${key.id}`,
    rotate: `/settings/keys/${key.id}/rotate`,
    'delete-key': `/settings/keys/${key.id}/delete`,
    configuration: '/settings/configuration',
    more: '/more',
    'not-found': '/incidents/none',
  })
}

/** A rule with a match, counted for its bars; and a body that nobody can read. */
async function aRuleThatMatched(account: Account): Promise<void> {
  const trail = { id: 'trail', type: 'actiontrail', name: 'Trail' }
  const { url } = await account.api<{ url: string }>('POST', '/api/v1/integrations', trail)
  await account.api('POST', '/api/v1/rules', { id: 'routes', template: 'actiontrail/vpc-route-change' })
  const record = {
    ...{ eventId: 'event-1', eventVersion: '1', eventName: 'DeleteRouteEntry', eventTime: new Date().toISOString() },
    ...{ eventSource: 'vpc.aliyuncs.com', serviceName: 'Vpc', acsRegion: 'eu-central-1' },
    ...{ sourceIpAddress: '198.51.100.23', recipientAccountId: '1234567890123456' },
    userIdentity: { type: 'ram-user', accountId: '1234567890123456', userName: 'deploy' },
  }
  const send = (body: string) => fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const response = await send(JSON.stringify(record))
  if (!response.ok) throw new Error(`the record was not taken: ${response.status}`)
  await send('{"broken')
  await until('the body is listed', async () => {
    const { items } = await account.api<{ items: unknown[] }>('GET', '/api/v1/deliveries?state=refused')
    return items.length > 0
  })
  await until('the match is counted', async () => {
    const { items } = await account.api<{ items: { hours?: number[] }[] }>('GET', '/api/v1/rules:status')
    return items[0]?.hours
  })
}
