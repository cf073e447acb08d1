import { detailsLink } from '../../account/link.ts'
import { label } from '../../alert/labels.ts'
import type { Level } from '../../alert/level.ts'
import { clip } from '../../base/clip.ts'
import { digest } from '../../base/hash.ts'
import { toRfc3339 } from '../../base/time.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import { fitForm } from '../../message-text/fit.ts'
import type { Reference } from '../../message-text/references.ts'
import { type Fact, type MessageText, messageText } from '../../message-text/text.ts'
import { type MessageView, viewOf } from '../../message-view/view.ts'
import { CONTENT_ROOM, EVENT_BYTES, MOST_ALERTS, type PagerDutySettings } from './kind.ts'

/**
 * An event of PagerDuty's Events API v2
 * (https://developer.pagerduty.com/docs/events-api-v2/trigger-events/). All events of an incident have one
 * `dedup_key`, so PagerDuty has one incident for each of ours, and an event that comes twice changes nothing.
 */
export interface PagerDutyEvent {
  routing_key: string
  event_action: 'trigger' | 'acknowledge' | 'resolve'
  dedup_key: string
  payload?: Payload
  client?: string
  client_url?: string
  links?: { href: string; text: string }[]
}

interface Payload {
  summary: string
  source: string
  severity: 'critical' | 'error' | 'warning' | 'info'
  timestamp?: string
  group?: string
  class?: string
  custom_details: object
}

const SEVERITIES: Readonly<Record<Level, Payload['severity']>> = {
  P1: 'critical',
  P2: 'error',
  P3: 'warning',
  P4: 'info',
}

/** Limits of the Events API. A summary is cut at 1,024 characters by PagerDuty, and a larger event is refused. */
const SUMMARY_CHARS = 1024
const MOST_LINKS = 10

/** The events of a notification, in order: earlier incidents that are over, then the incident of the notification. */
export function pagerDutyEvents(
  settings: Pick<PagerDutySettings, 'routingKey' | 'language' | 'timeZone' | 'details'>,
  content: ToSend,
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): PagerDutyEvent[] {
  const { notification } = content
  const { incident, ended = [], reason } = notification
  const view = viewOf(notification, { shown: MOST_ALERTS })
  const event = (dedup_key: string, event_action: PagerDutyEvent['event_action']): PagerDutyEvent => {
    return { routing_key: settings.routingKey, event_action, dedup_key }
  }
  const over = ended.map((id) => event(id, 'resolve'))
  // Without an incident the alerts were over before their group got them: a trigger never used this key.
  const key = incident?.id ?? digest([content.account, notification.groupKey], 32)
  if (view.status === 'resolved') return [...over, event(key, 'resolve')]
  if (reason === 'claim') return [...over, event(key, 'acknowledge')]
  return [...over, triggered(event(key, 'trigger'), view, { settings, content, deps })]
}

interface Telling {
  settings: Pick<PagerDutySettings, 'language' | 'timeZone' | 'details'>
  content: ToSend
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>
}

function triggered(event: PagerDutyEvent, view: MessageView, { settings, content, deps }: Telling): PagerDutyEvent {
  const { rendered, note } = content
  const { language, timeZone, details: page } = settings
  const link = detailsLink(page, view, content, deps)
  const text = messageText(view, { language, timeZone, ...link, note })
  const whole = (custom_details: object): PagerDutyEvent => ({
    ...event,
    payload: {
      summary: clip(rendered?.title ?? text.subject, { chars: SUMMARY_CHARS }),
      source: sourceOf(view),
      severity: SEVERITIES[view.level],
      ...(view.startsAt !== undefined && { timestamp: toRfc3339(view.startsAt) }),
      ...(view.policy && { group: view.policy.name }),
      class: label(view.commonLabels, 'alertname') || undefined,
      custom_details,
    },
    client: 'Tocsin',
    client_url: link?.url ?? deps.publicUrl,
    links: linksOf(text),
  })
  if (rendered !== undefined) return whole({ text: clip(rendered.content, CONTENT_ROOM) })
  return fitForm(text, (form) => fitting(whole(details(form)))) ?? whole({})
}

function fitting(event: PagerDutyEvent): PagerDutyEvent | undefined {
  return Buffer.byteLength(JSON.stringify(event)) <= EVENT_BYTES ? event : undefined
}

/** The machine that the alerts are about, as PagerDuty's column shows it; else the policy. */
function sourceOf({ commonLabels, policy }: MessageView): string {
  const names = ['instance', 'host', 'hostname', 'node']
  const [machine] = names.map((name) => label(commonLabels, name)).filter((value) => value !== '')
  return clip(machine ?? policy?.name ?? 'Tocsin', { chars: 255 })
}

/** PagerDuty shows names and values, and tables inside of them. */
function details({ annotations, facts, labels, alerts, more, note }: MessageText): object {
  return {
    ...named(annotations),
    ...named(facts),
    ...(labels.length > 0 && { labels: named(labels) }),
    ...(alerts.length > 0 && {
      alerts: alerts.map((alert) => ({
        alert: alert.title,
        ...named(alert.annotations),
        ...named(alert.facts),
        ...(alert.labels.length > 0 && { labels: named(alert.labels) }),
      })),
    }),
    ...(more !== undefined && { more }),
    ...(note !== undefined && { note }),
  }
}

function named(facts: readonly Fact[]): Record<string, string> {
  return Object.fromEntries(facts.map(({ name, value }) => [name, value]))
}

function linksOf({ link, references, alerts }: MessageText): { href: string; text: string }[] {
  const ours = link === undefined ? [] : [{ href: link.url, text: link.text }]
  const theirs = [...references, ...alerts.flatMap((alert) => alert.references)]
  const shown = theirs.map(({ url, name, host }: Reference) => ({ href: url, text: `${name} (${host})` }))
  return [...ours, ...shown].slice(0, MOST_LINKS)
}
