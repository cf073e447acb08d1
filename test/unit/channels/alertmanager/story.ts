import type { TemplateFile } from '../../../../shared/alertmanager-template/templates.ts'
import type { ChannelKind } from '../../../../shared/channel/kind.ts'
import type { Send } from '../../../../shared/channel/send.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import type { Outcome } from '../../../../shared/delivery/outcome.ts'
import type { OutboundRequest, OutboundResult } from '../../../../shared/outbound/request.ts'
import type { Settings } from '../../../../shared/settings/field.ts'
import { chatDeps, threeAlerts, toSend } from '../chat/story.ts'

export interface Attempted {
  outcome: Outcome
  requests: OutboundRequest[]
  /** The bodies of the requests, read as JSON. */
  bodies: unknown[]
}

interface Options {
  told?: Notification
  files?: TemplateFile[]
  /** Answers of the target, the last of which is given again. A body that is no text is sent as JSON. */
  answers?: { status?: number; body?: unknown; headers?: Record<string, string> }[]
}

/** An attempt by a receiver of an alertmanager.yml. */
export async function attempt<S extends Settings>(
  kind: ChannelKind<S>,
  send: Send<S>,
  given: Settings,
  { told = threeAlerts(), files, answers = [{}] }: Options = {},
): Promise<Attempted> {
  const read = kind.parse(given)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const requests: OutboundRequest[] = []
  const request = async (asked: OutboundRequest): Promise<OutboundResult> => {
    const { status = 200, body = '', headers = {} } = answers[Math.min(requests.length, answers.length - 1)]!
    requests.push(asked)
    return { kind: 'answer', status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }
  }
  const content = toSend(told, files === undefined ? {} : { templateFiles: files })
  const outcome = await send(read.settings, content, { ...chatDeps(), request })
  return { outcome, requests, bodies: requests.map(({ body = '' }) => parsed(String(body))) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
