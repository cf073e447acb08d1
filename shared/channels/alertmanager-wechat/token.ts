import { digest } from '../../base/hash.ts'
import { keepNewest } from '../../base/keep-newest.ts'
import { HOUR, MINUTE, type Millis, SECOND } from '../../base/time.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { ask } from '../alertmanager/post.ts'
import { withoutYes } from '../http/answer.ts'
import { bodyOf } from '../http/body.ts'
import { type ProviderAnswers, providerOutcome } from '../http/provider-answer.ts'
import { weComAnswers } from '../wecom/answers.ts'
import type { AlertmanagerWeChatSettings } from './kind.ts'

type App = Pick<
  AlertmanagerWeChatSettings,
  'api_url' | 'corp_id' | 'api_secret' | 'headers' | 'basicAuth' | 'authorization'
>

type Got = { ok: true; token: string } | { ok: false; outcome: Outcome }

/** Tokens of apps: WeCom refuses an app that asks for tokens all the time. One process keeps some, and asks again. */
const kept = new Map<string, { token: string; until: Millis }>()
const MOST_KEPT = 200

/** A token that sends messages of the app: https://developer.work.weixin.qq.com/document/path/91039 */
export async function accessToken(app: App, content: ToSend, deps: Pick<SendDeps, 'clock' | 'request'>): Promise<Got> {
  const now = deps.clock.now()
  const known = kept.get(keyOf(app))
  if (known !== undefined && now < known.until) return { ok: true, token: known.token }
  const url = new URL('gettoken', app.api_url.replace(/\/*$/, '/'))
  url.searchParams.set('corpid', app.corp_id)
  url.searchParams.set('corpsecret', app.api_secret.trim())
  const result = await ask({ url: url.href, method: 'GET' }, app, content, deps)
  const outcome = providerOutcome(result, url.hostname, deps.clock.now(), weChatAnswers)
  if (outcome.kind !== 'arrived' || result.kind !== 'answer') return { ok: false, outcome: unsent(outcome) }
  const { access_token: token, expires_in: seconds } = bodyOf(result.body)
  if (typeof token !== 'string' || token === '') {
    return { ok: false, outcome: unsent(withoutYes(url.hostname, result.status, 'a token', deps.clock.now())) }
  }
  const lasts = typeof seconds === 'number' && seconds > 0 ? Math.min(seconds * SECOND, 2 * HOUR) : 2 * HOUR
  keepNewest(kept, keyOf(app), { token, until: now + lasts - MINUTE }, MOST_KEPT)
  return { ok: true, token }
}

export function forgetToken(app: App): void {
  kept.delete(keyOf(app))
}

function keyOf({ api_url, corp_id, api_secret }: App): string {
  return digest([api_url, corp_id, api_secret], 32)
}

/** Without a token no message was sent, so a doubt about the token is none about the message. */
function unsent(outcome: Outcome): Outcome {
  if (outcome.kind !== 'ambiguous') return outcome
  const { at, reason, detail } = outcome
  return { kind: 'refused', at, reason, detail }
}

/** The same codes as those of robots, and those of tokens (https://developer.work.weixin.qq.com/document/path/90313). */
export const weChatAnswers: ProviderAnswers = {
  read: weComAnswers.read,
  get codes() {
    return { ...weComAnswers.codes, ...TOKEN_CODES }
  },
}

const WRONG = { kind: 'dead', reason: 'authError' } as const
const ENDED = { kind: 'refused', reason: 'authError' } as const

const TOKEN_CODES: ProviderAnswers['codes'] = {
  40001: WRONG,
  40013: WRONG,
  40091: WRONG,
  // The token has ended: the next attempt asks for another one.
  40014: ENDED,
  41001: ENDED,
  42001: ENDED,
  60020: { kind: 'dead', reason: 'misconfigured' },
  81013: { kind: 'dead', reason: 'misconfigured' },
}
