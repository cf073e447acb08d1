/**
 * Every metric, by its Prometheus name. The parts of Tocsin report here, and `/metrics` shows the reports. Metrics of the
 * names `alertmanager_` have Alertmanager's names, labels and units, so dashboards and rules for Alertmanager work
 * (facts from prometheus/alertmanager, Apache-2.0).
 */
export interface MetricAbout {
  type: 'counter' | 'gauge' | 'histogram'
  help: string
  /**
   * Labels with their possible values: these series exist at 0 before they are shown. Without a series at 0, the first event
   * is no increase for Prometheus. `KINDS`: the values are the kinds of channels. Absent: values that are not known
   * before.
   */
  values?: Readonly<Record<string, readonly string[] | typeof KINDS>>
  /** Upper limits of the buckets of a histogram. */
  buckets?: readonly number[]
}

export const KINDS = 'kinds'

const STATUS = ['firing', 'resolved']
const OUTCOME = ['arrived', 'refused', 'ambiguous', 'dead']
/** Alertmanager's classes of failures. */
const REASON = ['clientError', 'serverError', 'contextCanceled', 'contextDeadlineExceeded', 'other']
const QUEUE = ['alerts', 'records', 'deliveries', 'forwards']
const FUNCTION = ['api', 'dispatch', 'evaluate', 'forward', 'notify']
const CODE = ['200', '202', '400', '401', '413', '415', '429', '500', '503']

export const METRICS = {
  alertmanager_alerts: { type: 'gauge', help: 'Alerts that have not ended, by state.' },
  alertmanager_alerts_invalid_total: {
    type: 'counter',
    help: 'Alerts that were refused one by one.',
    values: { version: ['v2'] },
  },
  alertmanager_alerts_received_total: {
    type: 'counter',
    help: 'Alerts that were accepted, by status, through every type of integration.',
    values: { status: STATUS, version: ['v2'] },
  },
  alertmanager_build_info: { type: 'gauge', help: 'The version of Alertmanager whose API is served; always 1.' },
  alertmanager_notification_latency_seconds: {
    type: 'histogram',
    help: 'Time of an attempt to send, in seconds, by kind of channel.',
    values: { integration: KINDS },
    buckets: [1, 5, 10, 15, 20],
  },
  alertmanager_notifications_failed_total: {
    type: 'counter',
    help: 'Attempts to send that did not arrive, by kind of channel and class of failure.',
    values: { integration: KINDS, reason: REASON },
  },
  alertmanager_notifications_total: {
    type: 'counter',
    help: 'Attempts to send, by kind of channel.',
    values: { integration: KINDS },
  },
  alertmanager_silences: { type: 'gauge', help: 'Silences by state.' },
  tocsin_alerts_invalid_total: { type: 'counter', help: 'Alerts that were refused one by one.', values: {} },
  tocsin_alerts_looped_total: {
    type: 'counter',
    help: 'Forwarded alerts that had passed through the account before, and were dropped.',
    values: {},
  },
  tocsin_alerts_received_total: {
    type: 'counter',
    help: 'Alerts that were accepted.',
    values: { status: STATUS },
  },
  tocsin_alerts_refreshed_total: {
    type: 'counter',
    help: 'Alerts that only moved their end, and were taken without a write.',
    values: {},
  },
  tocsin_api_requests_total: { type: 'counter', help: 'Requests to the API, by path and status.' },
  tocsin_api_wakes_failed_total: {
    type: 'counter',
    help: 'Changes after which the groups could not be woken at once.',
    values: {},
  },
  tocsin_attempts_dropped_total: {
    type: 'counter',
    help: 'Attempts that were not made, since they had begun or were over.',
    values: { reason: ['taken', 'missing'] },
  },
  tocsin_bodies_refused_total: { type: 'counter', help: 'Bodies that could not be read, and were kept.', values: {} },
  tocsin_build_info: { type: 'gauge', help: 'The version of Tocsin; always 1.' },
  tocsin_database_check_seconds: { type: 'gauge', help: 'How long the last check of the database took, in seconds.' },
  tocsin_database_checks_total: {
    type: 'counter',
    help: 'Checks of the database, by result.',
    values: { result: ['sound', 'damaged', 'failed'] },
  },
  tocsin_decisions_total: {
    type: 'counter',
    help: 'Entries of the timelines of incidents, by kind and code of the reason.',
  },
  tocsin_errors_total: {
    type: 'counter',
    help: 'Unexpected errors; the message comes again.',
    values: { function: FUNCTION },
  },
  tocsin_group_races_total: {
    type: 'counter',
    help: 'Saves of a group that lost against another save and were decided again.',
    values: {},
  },
  tocsin_ingest_refused_lost_total: {
    type: 'counter',
    help: 'Bodies that could not be read, and could not be kept.',
    values: {},
  },
  tocsin_ingest_requests_total: {
    type: 'counter',
    help: 'Posts to integrations, by status.',
    values: { code: CODE },
  },
  tocsin_limited_total: {
    type: 'counter',
    help: 'Deliveries that had no slot in the rate of a provider: waits, deliveries told in the message of another, refusals.',
    values: { type: KINDS, what: ['waits', 'joined', 'refused', 'quota'] },
  },
  tocsin_messages_unreadable_total: {
    type: 'counter',
    help: 'Messages that a function could not read.',
    values: { queue: QUEUE, why: ['malformed', 'newer'] },
  },
  tocsin_notifications_failed_total: {
    type: 'counter',
    help: 'Attempts to send that did not arrive, by kind of channel and reason.',
    values: { type: KINDS, reason: ['clientError', 'serverError', 'timeout', 'connection', 'other'] },
  },
  tocsin_notifications_total: {
    type: 'counter',
    help: 'Attempts to send, by kind of channel and outcome.',
    values: { type: KINDS, outcome: OUTCOME },
  },
  tocsin_outcomes_lost_total: {
    type: 'counter',
    help: 'Outcomes that could not be stored or reported.',
    values: { what: ['record', 'report'] },
  },
  tocsin_queue_messages: { type: 'gauge', help: 'Messages in a queue, by state; updated every minute.' },
  tocsin_ready: { type: 'gauge', help: 'Whether /-/ready answers 200.' },
  tocsin_records_evaluated_total: { type: 'counter', help: 'Audit records that rules evaluated.', values: {} },
  tocsin_records_invalid_total: { type: 'counter', help: 'Audit records that were refused one by one.', values: {} },
  tocsin_records_received_total: { type: 'counter', help: 'Audit records that were accepted.', values: {} },
  tocsin_rules_failed_total: {
    type: 'counter',
    help: 'Rules that could not be read, or failed on a record; once a revision.',
    values: {},
  },
  tocsin_rules_matched_total: { type: 'counter', help: 'Matches of rules that raise alerts.', values: {} },
  tocsin_sweep_wakes_total: { type: 'counter', help: 'Due groups that the sweep woke.', values: {} },
  tocsin_worker_stands_still: { type: 'gauge', help: 'Whether a worker has work and does none of it.' },
} as const satisfies Record<string, MetricAbout>

type Declared = typeof METRICS
export type MetricName<Type extends MetricAbout['type']> = {
  [Name in keyof Declared]: Declared[Name]['type'] extends Type ? Name : never
}[keyof Declared]

export type MetricLabels = Readonly<Record<string, string>>

export interface Metrics {
  add(name: MetricName<'counter'>, labels?: MetricLabels, by?: number): void
  set(name: MetricName<'gauge'>, labels: MetricLabels, value: number): void
  /** A value of a histogram, in the unit of its name. */
  observe(name: MetricName<'histogram'>, labels: MetricLabels, value: number): void
}
