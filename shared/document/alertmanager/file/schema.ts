import * as z from 'zod'
import { parseGoDuration } from '../../../base/duration.ts'
import type { RouteDraft } from '../../../routing/route.ts'
import { duration, groupBy, interval, labelTexts } from '../../reading/fields.ts'
import { unsupported } from '../../reading/mapping.ts'
import { matcherFields } from '../../reading/matchers.ts'
import type { RouteFormat } from '../../sections/route-tree.ts'
import { isTemplate } from './template.ts'

/*
 * The shape of alertmanager.yml, read from a document whose scalars are text. Strict, as Alertmanager: an unknown
 * key is a mistake. A setting that Alertmanager knows and Tocsin does not heed is refused by name, never ignored.
 * Facts from prometheus/alertmanager (Apache-2.0), `config/config.go`.
 */

/** A boolean of yaml.v2. */
const bool = z
  .string('expected true or false')
  .regex(/^(?:y|yes|on|true|n|no|off|false)$/i, 'expected true or false')
  .transform((text) => /^(?:y|yes|on|true)$/i.test(text))

/** Whether a setting of the written file is a switch that is on. */
export function followsRedirects(given: unknown): boolean {
  return bool.safeParse(given).data === true
}

/** A switch that may be `false`: Tocsin always acts as if the switch were off. */
const off = (reason: string) => bool.refine((on) => !on, reason).optional()

export const FILES = 'is not supported here: `npx tocsin import` reads files, or give the value itself'
const text = z.string()
const names = z.array(z.string()).optional()

export const httpConfig = z.strictObject({
  basic_auth: z
    .strictObject({
      username: text.default(''),
      username_file: unsupported(FILES),
      username_ref: unsupported(),
      password: text.default(''),
      password_file: unsupported(FILES),
      password_ref: unsupported(),
    })
    .optional(),
  authorization: z
    .strictObject({
      type: text.default('Bearer'),
      credentials: text.optional(),
      credentials_file: unsupported(FILES),
      credentials_ref: unsupported(),
    })
    .optional(),
  bearer_token: text.optional(),
  bearer_token_file: unsupported(FILES),
  oauth2: unsupported(),
  tls_config: z
    .strictObject({
      insecure_skip_verify: off('is not supported: certificates are always verified'),
      ...Object.fromEntries(
        ['ca', 'cert', 'key'].flatMap((key) => [key, `${key}_file`, `${key}_ref`]).map((key) => [key, unsupported()]),
      ),
      server_name: unsupported(),
      min_version: unsupported(),
      max_version: unsupported(),
    })
    .optional(),
  http_headers: z.unknown().optional(),
  // Redirects are never followed (`document/alertmanager/warnings.ts`) and the protocol is chosen by us; every dump of upstream's has both.
  follow_redirects: bool.optional(),
  enable_http2: bool.optional(),
  proxy_url: unsupported(),
  no_proxy: unsupported(),
  proxy_from_environment: off('is not supported: there is no proxy'),
  proxy_connect_header: unsupported(),
})

export const httpHeader = z.strictObject({
  values: z.array(text).optional(),
  secrets: z.array(text).optional(),
  files: unsupported(FILES),
})

/** Go's own duration; 0 is "as long as the flush may take". */
export const goDuration = text.transform((value, context) => {
  const ms = parseGoDuration(value)
  if (ms !== undefined) return ms
  context.addIssue({ code: 'custom', message: 'expected a duration such as 10s' })
  return z.NEVER
})

/** `send_resolved` and `http_config` are read separately, so that a problem there hides no problem of the webhook. */
export const webhook = z.strictObject({
  url: text.optional(),
  url_file: unsupported(FILES),
  max_alerts: text
    .regex(/^\d{1,9}$/, 'expected a whole number')
    .transform(Number)
    .optional(),
  timeout: goDuration.optional(),
  payload: z.unknown().optional(),
})
export type Webhook = z.output<typeof webhook>

/** What every entry of a list has. */
export const receiverEntry = z.looseObject({ send_resolved: bool.optional(), http_config: z.unknown().optional() })

/** Defaults for receivers that Tocsin refuses anyway. Without such a receiver the defaults change nothing. */
const OTHER_GLOBALS = [
  ...['hello', 'from', 'smarthost', 'auth_username', 'auth_password', 'auth_password_file', 'auth_secret'].map(
    (key) => `smtp_${key}`,
  ),
  ...['auth_secret_file', 'auth_identity', 'require_tls', 'tls_config', 'force_implicit_tls'].map(
    (key) => `smtp_${key}`,
  ),
  ...[
    'slack_api_url',
    'slack_api_url_file',
    'slack_app_token',
    'slack_app_token_file',
    'slack_app_url',
    'pagerduty_url',
  ],
  ...['opsgenie_api_url', 'opsgenie_api_key', 'opsgenie_api_key_file', 'wechat_api_url', 'wechat_api_secret'],
  ...[
    'wechat_api_secret_file',
    'wechat_api_corp_id',
    'victorops_api_url',
    'victorops_api_key',
    'victorops_api_key_file',
  ],
  ...['telegram_api_url', 'telegram_bot_token', 'telegram_bot_token_file', 'webex_api_url', 'jira_api_url'],
  ...[
    'rocketchat_api_url',
    'rocketchat_token',
    'rocketchat_token_file',
    'rocketchat_token_id',
    'rocketchat_token_id_file',
  ],
  ...['mattermost_webhook_url', 'mattermost_webhook_url_file'],
]

/** `resolve_timeout` and `http_config` are read by themselves. */
export const globals = z.strictObject({
  resolve_timeout: z.unknown().optional(),
  http_config: z.unknown().optional(),
  ...Object.fromEntries(OTHER_GLOBALS.map((key) => [key, z.unknown().optional()])),
})

/** Upstream renders a template in a label of a route with the alerts of the group. */
const routeLabels = labelTexts((text) =>
  isTemplate(text) ? 'is not supported yet: templates in labels of routes are not rendered' : undefined,
)

const routeFields = {
  receiver: text.optional(),
  group_by: groupBy.optional(),
  match: matcherFields.match,
  match_re: matcherFields.match_re,
  matchers: matcherFields.matchers,
  continue: bool.optional(),
  group_wait: duration.optional(),
  group_interval: interval.optional(),
  repeat_interval: interval.optional(),
  mute_time_intervals: names,
  active_time_intervals: names,
  labels: routeLabels.optional(),
}

interface WrittenRoute extends z.output<z.ZodObject<typeof routeFields>> {
  routes?: WrittenRoute[] | undefined
}

export const route: z.ZodType<WrittenRoute> = z.strictObject({
  ...routeFields,
  routes: z.lazy(() => z.array(route)).optional(),
})

/** The keys of the file. Each section is read by itself, so that every problem is named at once. */
export const alertmanagerFile = z.strictObject({
  global: z.unknown().optional(),
  route: z.unknown().optional(),
  receivers: z.unknown().optional(),
  inhibit_rules: z.unknown().optional(),
  time_intervals: z.unknown().optional(),
  mute_time_intervals: z.unknown().optional(),
  templates: z.array(text).optional(),
  // Alertmanager's reports about Alertmanager: no notification depends on either section (`document/alertmanager/warnings.ts`).
  tracing: z.looseObject({}).nullish(),
  event_recorder: z.looseObject({}).nullish(),
})

export const ROUTE_FORMAT: RouteFormat = {
  match: ['match', 'match_re', 'matchers'],
  muteTimes: 'mute_time_intervals',
  activeTimes: 'active_time_intervals',
  isTrue: (value) => bool.safeParse(value).data === true,
}

export function routeDraft(given: WrittenRoute): RouteDraft {
  return {
    receiver: given.receiver,
    match: [...(given.match ?? []), ...(given.match_re ?? []), ...(given.matchers ?? [])],
    continue: given.continue ?? false,
    groupBy: given.group_by,
    groupWaitMs: given.group_wait,
    groupIntervalMs: given.group_interval,
    repeatIntervalMs: given.repeat_interval,
    muteTimes: given.mute_time_intervals ?? [],
    activeTimes: given.active_time_intervals ?? [],
    labels: given.labels,
    routes: (given.routes ?? []).map(routeDraft),
  }
}
