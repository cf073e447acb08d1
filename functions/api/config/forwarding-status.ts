import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { toRfc3339 } from '../../../shared/base/time.ts'
import type { Forwarding } from '../../../shared/config/config.ts'
import { type ForwardSettings, forwardKind } from '../../../shared/forwarding/kind.ts'
import { type ForwardingStatus, readForwarding } from '../../../shared/forwarding/status.ts'
import { type ForwardTestResult, tryForward } from '../../../shared/forwarding/try.ts'
import { openSettings } from '../../../shared/settings/secrets.ts'
import { readConfig } from '../../../shared/store/whole-config.ts'
import type { ApiDeps } from '../http/deps.ts'
import { reasonFields, showReason } from '../http/reason.ts'
import type { Ask, Route } from '../http/route.ts'
import { notFound } from '../http/route.ts'
import { time } from '../http/schemas.ts'
import { uuid } from '../http/uuid.ts'

const failure = z.object({
  at: time,
  kind: z.enum(['refused', 'ambiguous', 'dead']),
  reason: z.string(),
  detail: z.string(),
  delivery: z.string(),
})

const status = z
  .object({
    state: z.enum(['working', 'failing', 'paused']),
    lastSuccessAt: time.optional(),
    owed: z.number().describe('Alerts whose present state the receiver does not have yet'),
    owedSince: time.optional().describe('At least since then'),
    failures: z.array(failure).describe('The latest failures, newest first'),
    paused: z.object({ since: time, ...reasonFields, groups: z.number() }).optional(),
    partial: z.boolean().optional().describe('Only a part of the deliveries and groups was looked at'),
  })
  .meta({ id: 'ForwardingStatus' })

const forwardTrial = z
  .object({
    ok: z.boolean(),
    status: z.number().optional().describe('HTTP status of the answer'),
    tookMs: z.number(),
    reason: z.string().optional(),
    detail: z.string().optional(),
  })
  .meta({ id: 'ForwardingTrial' })

type ForwardTrial = z.output<typeof forwardTrial>

/**
 * The state of forwarding, and a trial of forwarding. The settings have a path of their own, so that the answer of
 * `GET` can be put back.
 */
export function forwardingStatusRoutes(deps: ApiDeps): Route[] {
  const path = '/api/v1/forwarding'
  const none = { 404: { text: 'Nothing is forwarded' } }
  return [
    {
      method: 'GET',
      path: `${path}/status`,
      access: 'viewer',
      about: {
        summary: 'How forwarding goes: the last success, what is owed and since when, why it failed, whether it paused',
        answers: { 200: { text: 'Now', schema: status }, ...none },
      },
      handle: async (ask) => {
        const read = await readForwardingStatus(deps, ask)
        return read === undefined ? notFound('forwarding') : json(200, read)
      },
    },
    {
      method: 'POST',
      path: `${path}/test`,
      access: 'editor',
      about: {
        summary: 'Send the receiver a signed request without an alert; the receiver stores nothing',
        answers: { 200: { text: 'The outcome', schema: forwardTrial }, ...none },
      },
      handle: async (ask) => {
        const tried = await tryForwarding(deps, ask)
        return tried === undefined ? notFound('forwarding') : json(200, tried)
      },
    },
  ]
}

/** How forwarding goes; undefined: nothing is forwarded. */
export async function readForwardingStatus(deps: ApiDeps, ask: Ask): Promise<z.output<typeof status> | undefined> {
  const { forwarding } = (await readConfig(deps, ask.account, ['forwarding'])).config
  if (forwarding === undefined) return undefined
  const others = forwarding.sources === 'all'
  return showStatus(await readForwarding(deps.table, ask.account, { now: ask.now, others }))
}

function showStatus(forwarding: ForwardingStatus): z.output<typeof status> {
  const { lastSuccessAt, owedSince, failures, paused, failing, partial, owed } = forwarding
  return {
    state: paused !== undefined ? 'paused' : failing > 0 ? 'failing' : 'working',
    lastSuccessAt: lastSuccessAt === undefined ? undefined : toRfc3339(lastSuccessAt),
    owed,
    owedSince: owedSince === undefined ? undefined : toRfc3339(owedSince),
    failures: failures.map(({ at, kind, reason, detail, delivery }) => {
      return { at: toRfc3339(at), kind, reason, detail, delivery }
    }),
    paused: paused && { since: toRfc3339(paused.since), ...showReason(paused.reason), groups: paused.groups },
    partial: partial || undefined,
  }
}

/** Sends the receiver a signed request without an alert; undefined: nothing is forwarded. */
export async function tryForwarding(deps: ApiDeps, ask: Ask): Promise<ForwardTrial | undefined> {
  const { forwarding } = (await readConfig(deps, ask.account, ['forwarding'])).config
  if (forwarding === undefined) return undefined
  const settings = openForwarding(deps, forwarding)
  if (settings === undefined) {
    const detail = 'its URL cannot be opened: put it again'
    return { ok: false, tookMs: 0, reason: 'misconfigured', detail }
  }
  const { account } = ask
  return showTrial(await tryForward(settings, { id: `test-${uuid(deps.randomBytes)}`, account }, deps))
}

/** The settings of forwarding, opened. Undefined: the settings were sealed under another key. */
function openForwarding({ secrets }: ApiDeps, { settings }: Forwarding): ForwardSettings | undefined {
  try {
    const parsed = forwardKind.parse(openSettings(forwardKind.fields, settings, secrets))
    return parsed.ok ? parsed.settings : undefined
  } catch {
    return undefined
  }
}

const HINTS: Record<number, string> = {
  401: 'its URL was rotated or deleted, or one of the two clocks is more than 5 minutes off',
  403: 'the integration is paused by its owner',
}

function showTrial({ outcome, status, tookMs, taken }: ForwardTestResult): ForwardTrial {
  if (taken) return { ok: true, status, tookMs }
  if (outcome.kind === 'arrived') {
    const detail = 'it answered, but not as an integration of type arms does'
    return { ok: false, status, tookMs, reason: 'misconfigured', detail }
  }
  const hint = HINTS[status ?? 0]
  const detail = hint === undefined ? outcome.detail : `${outcome.detail}: ${hint}`
  return { ok: false, status, tookMs, reason: outcome.reason, detail }
}
