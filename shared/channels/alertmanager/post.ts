import { VERSION } from '../../base/version.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import type { OutboundRequest, OutboundResult } from '../../outbound/request.ts'
import { type ProviderAnswers, providerOutcome } from '../http/provider-answer.ts'
import { credentials } from '../http/send.ts'
import type { HttpSettings } from '../http/settings.ts'
import { encoded } from './encoded.ts'

/** `http_config` of a receiver. */
type Login = Pick<HttpSettings, 'headers' | 'basicAuth' | 'authorization'>

interface Asked {
  url: string
  method?: OutboundRequest['method']
  /** Sent as JSON, as Go's encoder writes JSON. Absent: a request without a body. */
  body?: unknown
  /** Further headers. */
  more?: Record<string, string>
}

type Deps = Pick<SendDeps, 'clock' | 'request'>

/** A request of a receiver, with its login. A URL of http:// is called in the clear, as the file says. */
export async function ask(
  { url, method = 'POST', body, more = {} }: Asked,
  login: Login,
  { giveUpAt }: Pick<ToSend, 'giveUpAt'>,
  { request }: Pick<Deps, 'request'>,
): Promise<OutboundResult> {
  const headers = {
    ...login.headers,
    ...credentials(login),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    'user-agent': `Tocsin/${VERSION}`,
    ...more,
  }
  return await request({ url, method, headers, body: body === undefined ? '' : encoded(body), giveUpAt })
}

/** The same, and what the answer means. */
export async function post(
  asked: Asked,
  login: Login,
  content: Pick<ToSend, 'giveUpAt'>,
  deps: Deps,
  answers: ProviderAnswers,
): Promise<Outcome> {
  const result = await ask(asked, login, content, deps)
  return providerOutcome(result, new URL(asked.url).hostname, deps.clock.now(), answers)
}
