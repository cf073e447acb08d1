import { HOOK, MARK, POSTABLE, SIGMA, SILENCE } from './authorization-world.ts'

/**
 * The least right: no credential, the operator's key, an integration's URL, a signed link, or a key of at least a
 * role.
 */
export type Who = 'anyone' | 'admin' | 'token' | 'link' | 'viewer' | 'responder' | 'editor' | 'owner'

/** Entries in the world of `authorization-world.ts` that can stand in the place of `{id}`. */
export type Thing =
  | 'key'
  | 'integration'
  | 'channel'
  | 'template'
  | 'policy'
  | 'rule'
  | 'user'
  | 'userGroup'
  | 'calendar'
  | 'view'
  | 'incident'
  | 'delivery'
  | 'silence'

export interface Row {
  who: Who
  id?: Thing
  body?: unknown
  type?: string
  /** Status of the owner's answer; 200 when absent. */
  own?: number
  /** The owner's answer shows nothing of the account. */
  blank?: true
}

const MATCHERS = [{ label: 'alertname', value: 'A' }]
const KEY = { name: 'other', role: 'viewer' }

/** Every route of the api. The test of the table refuses a new route until the route has a row here. */
export const TABLE: Record<string, Row> = {
  'GET /-/ready': { who: 'anyone' },
  'GET /-/healthy': { who: 'anyone' },
  'GET /metrics': { who: 'anyone' },
  'GET /openapi.json': { who: 'anyone' },
  'GET /i/{token}/-/ready': { who: 'token', blank: true },
  'GET /i/{token}/-/healthy': { who: 'token', blank: true },
  'GET /i/{token}/metrics': { who: 'token', blank: true },
  'POST /i/{token}/-/reload': { who: 'token', blank: true },
  'POST /-/reload': { who: 'editor', blank: true },
  'POST /api/v1/accounts': { who: 'admin', body: { id: 'c', name: 'C' }, own: 201 },

  'GET /api/v1/keys': { who: 'owner' },
  'POST /api/v1/keys': { who: 'owner', body: KEY, own: 201, blank: true },
  'GET /api/v1/keys/{id}': { who: 'owner', id: 'key' },
  'PUT /api/v1/keys/{id}': { who: 'owner', id: 'key', body: KEY, blank: true },
  'DELETE /api/v1/keys/{id}': { who: 'owner', id: 'key', own: 204, blank: true },
  'POST /api/v1/keys/{id}/rotate': { who: 'owner', id: 'key' },

  'POST /api/v1/sign-in-links': { who: 'viewer', own: 201, blank: true },

  'GET /api/v1/config': { who: 'viewer' },
  'PUT /api/v1/config': { who: 'editor', body: { policies: [], rules: [] } },
  'PUT /api/v1/config/alertmanager': {
    who: 'editor',
    body: 'route: {receiver: ops}\nreceivers: [{name: ops}]\n',
    type: 'application/yaml',
    blank: true,
  },
  'GET /api/v1/forwarding': { who: 'viewer', blank: true },
  'PUT /api/v1/forwarding': { who: 'editor', body: {}, blank: true },
  'DELETE /api/v1/forwarding': { who: 'editor', blank: true },
  'GET /api/v1/forwarding/status': { who: 'viewer', blank: true },
  'POST /api/v1/forwarding/test': { who: 'editor', blank: true },

  'GET /api/v1/integrations': { who: 'viewer' },
  'POST /api/v1/integrations': { who: 'editor', body: { id: 'new', type: 'prometheus' }, own: 201, blank: true },
  'GET /api/v1/integrations/{id}': { who: 'viewer', id: 'integration' },
  'PUT /api/v1/integrations/{id}': { who: 'editor', id: 'integration', body: { type: 'prometheus' }, blank: true },
  'DELETE /api/v1/integrations/{id}': { who: 'editor', id: 'integration', own: 204, blank: true },
  'POST /api/v1/integrations/{id}/rotate': { who: 'editor', id: 'integration' },
  'POST /api/v1/policies:matches': { who: 'viewer', body: { groupBy: ['alertname'] }, blank: true },
  'POST /api/v1/policies:simulate': { who: 'editor', body: { alerts: [{ labels: { a: 'b' } }], for: '1s' } },
  'POST /api/v1/integrations/{id}/test': { who: 'editor', id: 'integration', body: POSTABLE },
  'GET /api/v1/channels': { who: 'viewer' },
  'POST /api/v1/channels': { who: 'editor', body: { ...HOOK, id: 'new' }, own: 201, blank: true },
  'GET /api/v1/channels/{id}': { who: 'viewer', id: 'channel' },
  'PUT /api/v1/channels/{id}': { who: 'editor', id: 'channel', body: HOOK, blank: true },
  'GET /api/v1/channels:health': { who: 'viewer' },
  'POST /api/v1/channels:resume': { who: 'responder', body: { channels: ['spare'] }, own: 202, blank: true },
  'POST /api/v1/channels/{id}/test': { who: 'editor', id: 'channel', own: 202, blank: true },
  'DELETE /api/v1/channels/{id}': { who: 'editor', id: 'channel', own: 204, blank: true },
  'GET /api/v1/templates': { who: 'viewer' },
  'POST /api/v1/templates': { who: 'editor', body: { id: 'new' }, own: 201, blank: true },
  'GET /api/v1/templates/{id}': { who: 'viewer', id: 'template' },
  'PUT /api/v1/templates/{id}': { who: 'editor', id: 'template', body: {} },
  'DELETE /api/v1/templates/{id}': { who: 'editor', id: 'template', own: 204, blank: true },
  'GET /api/v1/templates:shipped': { who: 'viewer', blank: true },
  'POST /api/v1/templates:preview': { who: 'viewer', body: { template: MARK, kind: 'email' } },
  'GET /api/v1/policies': { who: 'viewer' },
  'POST /api/v1/policies': { who: 'editor', body: { id: 'new' }, own: 201, blank: true },
  'GET /api/v1/policies/{id}': { who: 'viewer', id: 'policy' },
  'PUT /api/v1/policies/{id}': { who: 'editor', id: 'policy', body: {} },
  'DELETE /api/v1/policies/{id}': { who: 'editor', id: 'policy', own: 204, blank: true },
  'GET /api/v1/rules': { who: 'viewer' },
  'POST /api/v1/rules': { who: 'editor', body: { id: 'new', sigma: SIGMA }, own: 201, blank: true },
  'GET /api/v1/rules/{id}': { who: 'viewer', id: 'rule' },
  'PUT /api/v1/rules/{id}': { who: 'editor', id: 'rule', body: { sigma: SIGMA }, blank: true },
  'DELETE /api/v1/rules/{id}': { who: 'editor', id: 'rule', own: 204, blank: true },
  'POST /api/v1/users/import': { who: 'editor', body: 'id,name\ntest09,New\n', type: 'text/csv', blank: true },
  'POST /api/v1/user-groups/import': { who: 'editor', body: 'id\ngroup-09\n', type: 'text/csv', blank: true },
  'GET /api/v1/user-groups/{id}/on-duty': { who: 'viewer', id: 'userGroup', blank: true },
  'GET /api/v1/me': { who: 'viewer', blank: true },
  'GET /api/v1/inbox': { who: 'viewer', own: 404, blank: true },
  'POST /api/v1/inbox/read': { who: 'viewer', body: { ids: ['x'] }, own: 404, blank: true },
  'GET /api/v1/users/{id}/inbox': { who: 'viewer', id: 'user' },
  'POST /api/v1/users/{id}/inbox/read': { who: 'responder', id: 'user', body: { ids: ['mark-of-a'] } },
  'GET /api/v1/users': { who: 'viewer' },
  'POST /api/v1/users': { who: 'editor', body: { id: 'user-new', name: 'New' }, own: 201, blank: true },
  'GET /api/v1/users/{id}': { who: 'viewer', id: 'user' },
  'PUT /api/v1/users/{id}': { who: 'editor', id: 'user', body: { name: 'Renamed' }, blank: true },
  'DELETE /api/v1/users/{id}': { who: 'editor', id: 'user', own: 204, blank: true },
  'GET /api/v1/user-groups': { who: 'viewer' },
  'POST /api/v1/user-groups': { who: 'editor', body: { id: 'group-new' }, own: 201, blank: true },
  'GET /api/v1/user-groups/{id}': { who: 'viewer', id: 'userGroup' },
  'PUT /api/v1/user-groups/{id}': { who: 'editor', id: 'userGroup', body: {}, blank: true },
  'DELETE /api/v1/user-groups/{id}': { who: 'editor', id: 'userGroup', own: 204, blank: true },
  'GET /api/v1/calendars': { who: 'viewer' },
  'POST /api/v1/calendars': { who: 'editor', body: { id: 'calendar-new' }, own: 201, blank: true },
  'GET /api/v1/calendars/{id}': { who: 'viewer', id: 'calendar' },
  'PUT /api/v1/calendars/{id}': { who: 'editor', id: 'calendar', body: {} },
  'DELETE /api/v1/calendars/{id}': { who: 'editor', id: 'calendar', own: 204, blank: true },
  'GET /api/v1/views': { who: 'viewer' },
  'POST /api/v1/views': { who: 'editor', body: { id: 'view-new' }, own: 201, blank: true },
  'GET /api/v1/views/{id}': { who: 'viewer', id: 'view' },
  'PUT /api/v1/views/{id}': { who: 'editor', id: 'view', body: {} },
  'DELETE /api/v1/views/{id}': { who: 'editor', id: 'view', own: 204, blank: true },
  'GET /api/v1/rules:status': { who: 'viewer' },
  'PUT /api/v1/rules:batch': { who: 'editor', body: { rules: [{ id: 'new', sigma: SIGMA }] }, blank: true },
  'POST /api/v1/rules:batch': { who: 'editor', body: { parts: ['0'.repeat(32)] }, own: 422, blank: true },
  'POST /api/v1/rules:check': { who: 'viewer', body: { rule: { template: 'cloudtrail/root-activity' } }, blank: true },
  'GET /api/v1/rules/{id}/history': { who: 'viewer', id: 'rule', blank: true },
  'GET /api/v1/rule-templates': { who: 'viewer', blank: true },

  'GET /api/v1/summary': { who: 'viewer', blank: true },
  'GET /api/v1/groups': { who: 'viewer' },
  'GET /api/v1/labels': { who: 'viewer' },
  'GET /api/v1/alerts': { who: 'viewer' },
  'GET /api/v1/incidents': { who: 'viewer' },
  'GET /api/v1/incidents/{id}': { who: 'viewer', id: 'incident' },
  'GET /api/v1/incidents/{id}/alerts': { who: 'viewer', id: 'incident' },
  'GET /api/v1/incidents/{id}/explain': { who: 'viewer', id: 'incident' },
  'POST /api/v1/incidents/{id}/claim': { who: 'responder', id: 'incident', own: 202, blank: true },
  'POST /api/v1/incidents/{id}/unclaim': { who: 'responder', id: 'incident', own: 202, blank: true },
  'POST /api/v1/incidents/{id}/assign': { who: 'responder', id: 'incident', body: { to: 'me' }, own: 202, blank: true },
  'POST /api/v1/incidents/{id}/comment': {
    ...{ who: 'responder', id: 'incident', body: { comment: 'x' } },
    ...{ own: 202, blank: true },
  },
  'POST /api/v1/incidents/{id}/close': { who: 'responder', id: 'incident', own: 202, blank: true },
  'POST /api/v1/incidents/{id}/reopen': { who: 'responder', id: 'incident', own: 409, blank: true },
  'POST /api/v1/incidents/{id}/links': { who: 'responder', id: 'incident', own: 201, blank: true },
  'DELETE /api/v1/incidents/{id}/links': { who: 'responder', id: 'incident', own: 204, blank: true },
  'DELETE /api/v1/links': { who: 'editor', own: 204, blank: true },
  'GET /l/{signed}': { who: 'link' },
  'POST /l/{signed}/claim': { who: 'link', own: 202, blank: true },
  'POST /l/{signed}/comment': { who: 'link', body: { comment: 'x' }, own: 202, blank: true },
  'POST /l/{signed}/close': { who: 'link', own: 202, blank: true },
  'GET /api/v1/deliveries': { who: 'viewer' },
  'GET /api/v1/events': { who: 'viewer', blank: true },
  'GET /api/v1/deliveries/{id}': { who: 'viewer', id: 'delivery' },
  'GET /api/v1/deliveries:counts': { who: 'viewer', blank: true },
  'POST /api/v1/deliveries:replay': { who: 'responder', body: { state: 'dead' }, own: 202, blank: true },
  'POST /api/v1/deliveries/{id}/replay': { who: 'responder', id: 'delivery', own: 202 },

  'POST /api/v2/alerts': { who: 'responder', body: POSTABLE, blank: true },
  'GET /api/v2/alerts': { who: 'viewer' },
  'GET /api/v2/alerts/groups': { who: 'viewer' },
  'GET /api/v1/silences': { who: 'viewer' },
  'POST /api/v1/silences:preview': { who: 'viewer', body: { matchers: MATCHERS } },
  'POST /api/v1/silences': {
    who: 'responder',
    body: { matchers: MATCHERS, duration: '1h', comment: 'x' },
    own: 201,
    blank: true,
  },
  'GET /api/v1/silences/{id}': { who: 'viewer', id: 'silence' },
  'PUT /api/v1/silences/{id}': { who: 'responder', id: 'silence', body: { duration: '2h' } },
  'DELETE /api/v1/silences/{id}': { who: 'responder', id: 'silence', own: 204, blank: true },
  'GET /api/v2/silences': { who: 'viewer' },
  'POST /api/v2/silences': { who: 'responder', body: SILENCE, blank: true },
  'GET /api/v2/silence/{id}': { who: 'viewer', id: 'silence' },
  'DELETE /api/v2/silence/{id}': { who: 'responder', id: 'silence', blank: true },
  'GET /api/v2/status': { who: 'viewer' },
  'GET /api/v2/receivers': { who: 'viewer' },
  'GET /i/{token}/api/v2/alerts': { who: 'token' },
  'GET /i/{token}/api/v2/alerts/groups': { who: 'token' },
  'GET /i/{token}/api/v2/silences': { who: 'token' },
  'POST /i/{token}/api/v2/silences': { who: 'token', body: SILENCE, blank: true },
  'GET /i/{token}/api/v2/silence/{id}': { who: 'token', id: 'silence' },
  'DELETE /i/{token}/api/v2/silence/{id}': { who: 'token', id: 'silence', blank: true },
  'GET /i/{token}/api/v2/status': { who: 'token' },
  'GET /i/{token}/api/v2/receivers': { who: 'token' },
}
