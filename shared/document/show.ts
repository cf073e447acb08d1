import { formatDuration } from '../base/duration.ts'
import { channelTypes } from '../channels/registry.ts'
import type { Channel, InhibitRule, Integration, NamedInterval, Policy, Route } from '../config/config.ts'
import type { Sections } from '../config/sections.ts'
import { maskForwarding } from '../forwarding/settings.ts'
import type { Range, TimeInterval } from '../interval/interval.ts'
import type { Matcher } from '../matcher/matcher.ts'
import { renderMatcher } from '../matcher/render.ts'
import { maskSettings } from '../settings/secrets.ts'
import { EVERY_LABEL } from './fields.ts'
import { maskRule } from './rules.ts'

/*
 * The configuration as the document that people write, secrets as `<secret>`: what GET /api/v1/config
 * shows. Put back unchanged, it changes nothing.
 */

type Shown = Record<string, unknown>

export function maskConfig(config: Sections): Shown {
  return {
    integrations: config.integrations.map(maskIntegration),
    channels: config.channels.map(maskChannel),
    policies: config.policies.map(maskPolicy),
    ...(config.route === undefined ? {} : { route: maskRoute(config.route) }),
    rules: config.rules.map(maskRule),
    inhibitRules: config.inhibitRules.map(maskInhibitRule),
    timeIntervals: config.timeIntervals.map(maskTimeInterval),
    ...(config.forwarding === undefined ? {} : { forwarding: maskForwarding(config.forwarding) }),
    ...(config.resolveTimeoutMs === undefined ? {} : { resolveTimeout: formatDuration(config.resolveTimeoutMs) }),
  }
}

export function maskIntegration(integration: Integration): Shown {
  const { generation: _generation, previous: _previous, autoRecoverAfterMs, ...shown } = integration
  return autoRecoverAfterMs === undefined ? shown : { ...shown, autoRecoverAfter: formatDuration(autoRecoverAfterMs) }
}

export function maskChannel({ id, type, sendResolved, receiver, settings }: Channel): Shown {
  const kind = channelTypes.get(type)?.kind
  return {
    id,
    type,
    sendResolved,
    ...(receiver === undefined ? {} : { receiver }),
    // Of a kind that is not known here nothing can be said to be no secret.
    ...(kind === undefined ? {} : maskSettings(kind.fields, settings)),
  }
}

export function maskPolicy(policy: Policy): Shown {
  return {
    id: policy.id,
    name: policy.name,
    ...(policy.owner === undefined ? {} : { owner: policy.owner }),
    ...grouping(policy),
    notify: policy.targets.map((channel) => ({ channel })),
    ...(policy.lifecycle.length === 0 ? {} : { lifecycle: policy.lifecycle }),
  }
}

function maskRoute({ policy, continue: goOn, routes }: Route): Shown {
  return {
    receiver: policy.receiver,
    ...(goOn ? { continue: true } : {}),
    ...grouping(policy),
    ...(routes.length === 0 ? {} : { routes: routes.map(maskRoute) }),
  }
}

/** What native policies and imported routes have alike; lists that are empty are the default of both. */
function grouping(policy: Policy): Shown {
  return {
    ...(policy.match.length === 0 ? {} : { match: policy.match.map(maskMatcher) }),
    groupBy: policy.groupBy === 'all' ? [EVERY_LABEL] : policy.groupBy,
    groupWait: formatDuration(policy.groupWaitMs),
    groupInterval: formatDuration(policy.groupIntervalMs),
    repeatInterval: formatDuration(policy.repeatIntervalMs),
    ...(policy.muteTimes.length === 0 ? {} : { muteTimes: policy.muteTimes }),
    ...(policy.activeTimes.length === 0 ? {} : { activeTimes: policy.activeTimes }),
  }
}

function maskMatcher({ name, op, value }: Matcher): Shown {
  return { label: name, op, value }
}

export function maskInhibitRule({ source, target, equal }: InhibitRule): Shown {
  return {
    source_matchers: source.map(renderMatcher),
    target_matchers: target.map(renderMatcher),
    equal,
  }
}

export function maskTimeInterval({ name, intervals }: NamedInterval): Shown {
  return { name, time_intervals: intervals.map(maskInterval) }
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

function maskInterval({ times, weekdays, daysOfMonth, months, years, location }: TimeInterval): Shown {
  const list = (ranges: Range[], text: (end: number) => string) =>
    ranges.map(({ from, to }) => (from === to ? text(from) : `${text(from)}:${text(to)}`))
  return {
    ...(times && { times: times.map(({ from, to }) => ({ start_time: clockText(from), end_time: clockText(to) })) }),
    ...(weekdays && { weekdays: list(weekdays, (day) => WEEKDAYS[day] ?? String(day)) }),
    ...(daysOfMonth && { days_of_month: list(daysOfMonth, String) }),
    ...(months && { months: list(months, String) }),
    ...(years && { years: list(years, String) }),
    ...(location === undefined ? {} : { location }),
  }
}

function clockText(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
