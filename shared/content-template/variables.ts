import { type Labels, label } from '../alert/labels.ts'
import { levelOf } from '../alert/level.ts'
import { type Millis, SECOND } from '../base/time.ts'
import type { Scope } from '../jinja/evaluate.ts'
import type { Form } from '../jinja/values/form.ts'
import { type Dict, Markup, type Value } from '../jinja/values/value.ts'
import { webUrl } from '../message-text/references.ts'
import { messageText } from '../message-text/text.ts'
import type { Language } from '../message-text/words.ts'
import type { AlertView, MessageView } from '../message-view/view.ts'
import { severityOf } from './words.ts'

/*
 * The variables of a template: those of Log Service's templates
 * (https://www.alibabacloud.com/help/en/sls/variables-in-new-alert-templates), filled from an alert of Tocsin, and a few
 * of Tocsin's own about the message as a whole.
 */

export interface VariablesOptions {
  language: Language
  timeZone: string
  /** Page of the incident; absent: the message has no link. */
  url?: string | undefined
  /** Writes links so that the form takes the links. */
  form: Form
}

/** What a template reads, for each alert of a message. */
export interface MessageVariables {
  count: number
  /** `at`: the alert that `alert` and bare names mean. */
  of(at: number): Scope
}

export function messageVariables(view: MessageView, options: VariablesOptions): MessageVariables {
  const link = (url: string | undefined): Value => linkValue(url, options.form)
  const common = { policy: view.policy?.id ?? '', url: link(options.url) }
  const alerts = view.alerts.map((alert) => alertVariables(alert, common, link))
  const whole = new Map<string, Value>([
    ['alerts', alerts],
    ['title', messageText(view, { ...options, url: undefined }).subject],
    ['link', common.url],
    ['group', groupVariables(view)],
    ['incident', incidentVariables(view, common.url)],
  ])
  return {
    count: alerts.length,
    of(at) {
      const alert = alerts[at] ?? new Map<string, Value>()
      const own = new Map(whole).set('alert', alert)
      // The names of an alert stand for themselves, as in the old templates of Log Service.
      return { get: (name) => (own.has(name) ? own.get(name) : alert.get(name)) }
    },
  }
}

/** Addresses as a template puts them into a link: nothing in them ends the link. */
function linkValue(url: string | undefined, form: Form): Value {
  if (url === undefined) return ''
  if (form.markup === 'html') return new Markup(form.escape(url, ''))
  return form.markup === 'markdown' ? new Markup(url) : url
}

function alertVariables(
  { fingerprint, status, startsAt, endsAt, labels, annotations, generatorURL }: AlertView,
  { policy, url }: { policy: string; url: Value },
  link: (url: string | undefined) => Value,
): Dict {
  const first = firstOf(labels, annotations)
  const name = label(labels, 'alertname')
  const rule = label(labels, 'rule')
  const [region, project] = [first('region', 'region_id'), first('project')]
  const [begin, end] = [seconds(startsAt), endsAt === undefined ? 0 : seconds(endsAt)]
  const [query, dashboard] = [link(webUrl(generatorURL ?? '')), link(webUrl(first(...DASHBOARDS)))]
  const fired = mapping({ ...annotations, ...labels })
  const where = { region, project, query_url: query, dashboard_url: dashboard }
  return new Map<string, Value>([
    ['aliuid', first('cloudAccount', 'aliuid', 'account_id')],
    ['alert_instance_id', `${fingerprint}-${startsAt.toString(36)}`],
    ['alert_id', rule === '' ? name : rule],
    ['alert_name', name],
    ['alert_type', rule === '' ? 'sls_pub' : 'sls_alert'],
    ['next_eval_interval', 0],
    ['alert_time', end === 0 ? begin : end],
    ['fire_time', begin],
    ['resolve_time', end],
    ['status', status],
    ['results', [resultOf(fired, { ...where, start_time: begin, end_time: end === 0 ? begin : end })]],
    ['fire_results', [fired]],
    ['fire_results_count', 1],
    ['condition', ''],
    ['raw_condition', ''],
    ['labels', mapping(labels)],
    ['annotations', mapping(annotations)],
    ['severity', severityOf(label(labels, 'severity'), levelOf(labels))],
    [
      'policy',
      new Map<string, Value>([
        ['alert_policy_id', policy],
        ['action_policy_id', policy],
        ['repeat_interval', ''],
      ]),
    ],
    ['dashboard', ''],
    ...Object.entries(where),
    ['alert_url', url],
    ['alert_history_dashboard_url', url],
    ['signin_url', url],
    ['fingerprint', fingerprint],
    ['level', levelOf(labels)],
  ])
}

/** A row of a query: Tocsin keeps no rows, so the row is what the alert says. */
function resultOf(fired: Dict, where: Readonly<Record<string, Value>>): Dict {
  return new Map<string, Value>([
    ['store_type', 'log'],
    ['store', fired.get('logstore') ?? ''],
    ['query', fired.get('query') ?? ''],
    ...Object.entries(where),
    ['raw_results', [fired]],
    ['raw_result_count', 1],
    ['fire_result', fired],
    ['truncated', false],
    ['dashboard_id', ''],
    ['role_arn', ''],
  ])
}

const DASHBOARDS = ['dashboard_url', 'dashboard', 'dashboardURL', 'dashboardUrl']

function groupVariables(view: MessageView): Dict {
  return new Map<string, Value>([
    ['status', view.status],
    ['level', view.level],
    ['count', view.alerts.length + view.truncated],
    ['truncated', view.truncated],
    ['labels', mapping(view.groupLabels)],
    ['common_labels', mapping(view.commonLabels)],
    ['common_annotations', mapping(view.commonAnnotations)],
    ['policy_id', view.policy?.id ?? ''],
    ['policy_name', view.policy?.name ?? ''],
    ['owner', view.policy?.owner ?? ''],
    ['reason', view.reason],
    ['key', view.groupKey],
    ['start_time', view.startsAt === undefined ? 0 : seconds(view.startsAt)],
    ['end_time', view.endsAt === undefined ? 0 : seconds(view.endsAt)],
  ])
}

function incidentVariables({ incident }: MessageView, url: Value): Value {
  if (incident === undefined) return undefined
  return new Map<string, Value>([
    ['id', incident.id],
    ['open_time', seconds(incident.openedAt)],
    ['handler', incident.handler ?? ''],
    ['url', url],
  ])
}

/** The first of the names with a text; a label is stronger than an annotation. */
function firstOf(...maps: readonly Labels[]): (...names: string[]) => string {
  return (...names) => {
    for (const map of maps) for (const name of names) if (label(map, name) !== '') return label(map, name)
    return ''
  }
}

function mapping(labels: Labels): Dict {
  return new Map(Object.entries(labels))
}

function seconds(at: Millis): number {
  return Math.floor(at / SECOND)
}

const NOTHING: MessageView = {
  ...{ receiver: '', groupKey: '', reason: 'first', status: 'firing', level: 'P4', truncated: 0, alerts: [] },
  ...{ groupLabels: {}, routeLabels: {}, commonLabels: {}, commonAnnotations: {} },
  incident: { id: '', openedAt: 0 },
}
const ALERT_NAMES: ReadonlySet<string> = new Set(
  alertVariables(
    { fingerprint: '', status: 'firing', startsAt: 0, labels: {}, annotations: {} },
    { policy: '', url: '' },
    () => '',
  ).keys(),
)

/** Names that a template may use alone. */
export const VARIABLE_NAMES: ReadonlySet<string> = new Set([
  ...['alerts', 'title', 'link', 'group', 'incident', 'alert'],
  ...ALERT_NAMES,
])

/** Names inside of variables whose names are always the same. */
export const INNER_NAMES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['alert', ALERT_NAMES],
  ['group', new Set(groupVariables(NOTHING).keys())],
  ['incident', new Set((incidentVariables(NOTHING, '') as Dict).keys())],
])
