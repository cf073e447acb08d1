import * as z from 'zod'
import { incidentUrl } from '../../../shared/account/link.ts'
import { resolvedAt } from '../../../shared/alert/alert.ts'
import { LEVELS } from '../../../shared/alert/level.ts'
import { json } from '../../../shared/base/answers.ts'
import { inSlices } from '../../../shared/base/steps.ts'
import { isObject } from '../../../shared/base/value.ts'
import type { Rendered, ToSend } from '../../../shared/channel/send.ts'
import { channelTypes } from '../../../shared/channels/registry.ts'
import { type ContentTemplate, contentFor } from '../../../shared/config/content-template.ts'
import { type RenderResult, renderMessage } from '../../../shared/content-template/render.ts'
import { sampleNotification } from '../../../shared/content-template/sample.ts'
import type { Notification } from '../../../shared/delivery/delivery.ts'
import { prepareTemplates } from '../../../shared/document/prepare.ts'
import { readTemplate, templateSchema, templateWarnings } from '../../../shared/document/sections/templates.ts'
import { isZone } from '../../../shared/interval/zone.ts'
import { LANGUAGES, type Language, WORDS } from '../../../shared/message-text/words.ts'
import { viewOf } from '../../../shared/message-view/view.ts'
import { type Problem, under, zodProblems } from '../../../shared/problem/problem.ts'
import { readConfig } from '../../../shared/store/whole-config.ts'
import { type BodyRead, invalid, readJson } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Ask, Refusal, Route } from '../http/route.ts'
import { notFound } from '../http/route.ts'
import { findIncident } from '../incidents/read-incident.ts'

const KINDS = [...channelTypes.values()].flatMap(({ kind }) => (kind.content === undefined ? [] : [kind.type]))

const asked = z
  .strictObject({
    template: z.union([z.string(), templateSchema]).describe('The id of a template, or a template'),
    kind: z.enum(KINDS as [string, ...string[]]).describe('The kind of channel'),
    language: z.enum(LANGUAGES).default('en'),
    timeZone: z
      .string()
      .refine((zone) => zone !== '' && isZone(zone), 'is not a time zone of the IANA database')
      .default('UTC'),
    incident: z.string().optional().describe('The id of an incident, whose alerts are rendered. Absent: a sample'),
    sample: z.enum(['firing', 'resolved']).default('firing'),
  })
  .meta({ id: 'TemplatePreviewRequest' })

const preview = z
  .object({
    title: z.string().optional(),
    content: z.string().optional().describe('The whole message'),
    status: z.enum(['firing', 'resolved']).optional(),
    level: z.enum(LEVELS).optional().describe('The worst level of the alerts: the colour in chats'),
    messages: z.array(z.string()).optional().describe('The bodies of the requests, in the mode `single`'),
    failed: z.string().optional().describe('Why the built-in text would be sent'),
    warnings: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Names that no variable has'),
  })
  .meta({ id: 'TemplatePreview' })

type Preview = z.output<typeof preview>

/** A template, tried with the alerts of an incident or with a sample. Nothing is sent. */
export function templatePreviewRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/templates:preview',
      access: 'viewer',
      about: {
        summary: 'Render a content template, as a channel would be sent it',
        body: { schema: asked },
        answers: {
          200: { text: 'The words of the message', schema: preview },
          404: { text: 'There is no template or no incident of that id' },
          422: { text: 'The template cannot be read: each mistake with its line and column' },
        },
      },
      handle: async (ask) => {
        const body = await readJson(ask.request)
        if (!body.ok) return body.refusal
        const made = await previewTemplate(deps, ask, body.value)
        return 'refused' in made ? made : json(200, made)
      },
    },
  ]
}

/** A template that was tried, with the message that would be sent. */
export interface Tried {
  kind: string
  language: Language
  timeZone: string
  /** With the words of the template, or with the note that the built-in text would have. */
  message: ToSend
  /** Why the built-in text would be sent. */
  failed?: string
  warnings: Problem[]
}

/** Writes a message by a template, as `given` asks for. No link in the message gives a right: many may read a preview. */
export async function tryTemplate(deps: ApiDeps, ask: Ask, given: unknown): Promise<Tried | Refusal> {
  const read = asked.extend({ template: z.unknown() }).safeParse(given)
  if (!read.success) return invalid(zodProblems(read.error))
  const { kind, language, timeZone, incident, sample } = read.data
  const template = await templateOf(deps, ask, read.data.template)
  if (!template.ok) return template.refusal
  const told = incident === undefined ? sampleNotification(sample) : await notificationOf(deps, ask, incident)
  if (told === undefined) return notFound('incident')
  const form = channelTypes.get(kind)?.kind.content
  const content = contentFor(template.value.kinds, kind)
  const notification = withMost(told, channelTypes.get(kind)?.kind.mostAlerts?.({}), content?.limit)
  const view = viewOf(notification)
  const url = view.incident && incidentUrl(deps.publicUrl, view.incident.id)
  const made: RenderResult =
    form === undefined || content === undefined
      ? { ok: false, reason: NO_TEXT }
      : await inSlices(renderMessage({ kind: form, content, language, timeZone, view, url }))
  const note = made.ok ? undefined : WORDS[language].unused(template.value.id, made.reason)
  const message: ToSend = {
    ...{ id: 'preview', account: ask.account, notification, begunAt: ask.now, giveUpAt: ask.now, details: 'page' },
    ...(made.ok ? { rendered: made.rendered } : { note }),
  }
  const warnings = content === undefined ? [] : templateWarnings({ kinds: { [kind]: content } })
  return { kind, language, timeZone, message, ...(!made.ok && { failed: made.reason }), warnings }
}

/** The words of a message by a template. */
async function previewTemplate(deps: ApiDeps, ask: Ask, given: unknown): Promise<Preview | Refusal> {
  const tried = await tryTemplate(deps, ask, given)
  if ('refused' in tried) return tried
  const { message, failed, warnings } = tried
  if (failed === NO_TEXT) return { failed }
  const { status, level } = viewOf(message.notification)
  return { ...wordsOf(message.rendered, failed), status, level, ...(warnings.length > 0 && { warnings }) }
}

/** The alerts that a message tells of; further alerts are counted. */
function withMost(told: Notification, ...limits: (number | undefined)[]): Notification {
  const most = Math.min(...limits.filter((one) => one !== undefined))
  const left = told.alerts.length - most
  return left > 0 ? { ...told, alerts: told.alerts.slice(0, most), truncated: told.truncated + left } : told
}

const NO_TEXT = 'it has no text for this kind of channel'

function wordsOf(rendered: Rendered | undefined, failed: string | undefined): Preview {
  if (rendered === undefined) return { failed }
  const { title, content, single } = rendered
  const words: Preview = single === undefined ? { content } : { messages: single.map((one) => one.content) }
  return { title, ...words }
}

/** A template of the account, or a template that is given whole and not stored. */
async function templateOf(deps: ApiDeps, ask: Ask, given: unknown): Promise<BodyRead<ContentTemplate>> {
  if (typeof given === 'string') {
    const { config } = await readConfig(deps, ask.account, ['templates'])
    const known = config.templates.find(({ id }) => id === given)
    return known === undefined ? { ok: false, refusal: notFound('template') } : { ok: true, value: known }
  }
  const whole = isObject(given) ? { id: 'preview', ...given } : given
  const problems = await inSlices(prepareTemplates([whole]))
  if (problems.length > 0) return { ok: false, refusal: invalid(problems) }
  const read = readTemplate(whole)
  return read.ok ? read : { ok: false, refusal: invalid(under('template', read.problems)) }
}

/** The alerts of an incident as a notification would tell them now. */
async function notificationOf(deps: ApiDeps, ask: Ask, id: string): Promise<Notification | undefined> {
  const incident = await findIncident(deps, ask.account, id)
  if (incident === undefined) return undefined
  const { policy, labels, openedAt, closedAt, handler } = incident
  const at = closedAt ?? ask.now
  const alerts = incident.alerts.map(({ fingerprint, alert }) => ({
    ...{ fingerprint, labels: alert.labels, annotations: alert.annotations, startsAt: alert.startsAt },
    ...(resolvedAt(alert, at) ? { endsAt: alert.endsAt } : {}),
    ...(alert.generatorURL === undefined ? {} : { generatorURL: alert.generatorURL }),
  }))
  return {
    ...{ receiver: policy, groupKey: '', groupLabels: labels, alerts, truncated: 0 },
    reason: closedAt === undefined ? 'first' : 'all-resolved',
    policy: { id: policy, name: policy },
    incident: { id: incident.id, openedAt, handler },
  }
}
