import * as z from 'zod'
import type { ChannelKind } from '../../channel/kind.ts'
import { zodProblems } from '../../problem/problem.ts'
import { type HttpSettings, httpFields, httpProblems, httpShape, httpTimeoutMs } from '../http/settings.ts'

/** A webhook as it is sent to; secrets are plain here and sealed wherever it is stored. */
export interface WebhookSettings extends HttpSettings {
  /** More alerts than that are cut off and counted in `truncatedAlerts`; 0 or absent: all. */
  maxAlerts?: number
}

export const webhookKind: ChannelKind<WebhookSettings> = {
  type: 'webhook',
  fields: [...httpFields, { name: 'maxAlerts', secret: false }],
  parse(settings) {
    const read = SETTINGS.safeParse(settings)
    const problems = [...(read.success ? [] : zodProblems(read.error)), ...httpProblems(read.data)]
    return read.success && problems.length === 0 ? { ok: true, settings: read.data } : { ok: false, problems }
  },
  timeoutMs: httpTimeoutMs,
}

const SETTINGS = z.strictObject({ ...httpShape, maxAlerts: z.int().min(0).optional() })
