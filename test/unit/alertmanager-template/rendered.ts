import type { TemplateData } from '../../../shared/alertmanager-template/data.ts'
import {
  createRender,
  readTemplates,
  type TemplateFile,
  type TemplateKind,
} from '../../../shared/alertmanager-template/templates.ts'
import { finish } from '../../../shared/base/steps.ts'

/** Data as `amtool template render` reads the data from a file. */
export interface WrittenData {
  receiver: string
  status: string
  notification_reason?: string
  alerts: WrittenAlert[]
  groupLabels?: Record<string, string>
  commonLabels?: Record<string, string>
  commonAnnotations?: Record<string, string>
  routeLabels?: Record<string, string>
  externalURL: string
}

interface WrittenAlert {
  status: string
  labels: Record<string, string>
  annotations: Record<string, string>
  startsAt: string
  endsAt: string
  generatorURL: string
  fingerprint: string
}

export function dataFrom(written: WrittenData): TemplateData {
  const { groupLabels = {}, commonLabels = {}, commonAnnotations = {}, routeLabels = {} } = written
  return {
    ...{ receiver: written.receiver, status: written.status as 'firing', externalURL: written.externalURL },
    ...{ groupLabels, commonLabels, commonAnnotations, routeLabels, reason: written.notification_reason ?? '' },
    alerts: written.alerts.map((alert) => ({
      ...alert,
      status: alert.status as 'firing',
      startsAt: Date.parse(alert.startsAt),
      endsAt: alert.endsAt.startsWith('0001') ? undefined : Date.parse(alert.endsAt),
    })),
  }
}

/** The text, or `{error}`. */
export async function rendered(
  text: string,
  data: TemplateData,
  { kind = 'text', files = [], now = 0 }: { kind?: TemplateKind; files?: TemplateFile[]; now?: number } = {},
): Promise<string | { error: string }> {
  const templates = finish(readTemplates(files))
  if (!templates.ok) return { error: templates.error }
  const result = await createRender(templates.value, data, now)(text, kind)
  return result.ok ? result.value : { error: result.error }
}

export const EMPTY: TemplateData = dataFrom({ receiver: 'r', status: 'firing', alerts: [], externalURL: 'http://x' })
