import { createHmac } from 'node:crypto'
import type { Millis } from '../../base/time.ts'
import type { Send } from '../../channel/send.ts'
import { postMessage } from '../chat/post.ts'
import { dingTalkAnswers } from './answers.ts'
import type { DingTalkSettings } from './kind.ts'
import { dingTalkMessage } from './message.ts'

/** Posts a message to a custom robot (https://open.dingtalk.com/document/orgapp/custom-robot-access). */
export const sendToDingTalk: Send<DingTalkSettings> = async (settings, content, deps) => {
  const { url, secret } = settings
  const signed = secret === undefined ? url : withSignature(url, secret, deps.clock.now())
  return await postMessage(signed, dingTalkMessage(settings, content, deps), content, deps, dingTalkAnswers)
}

/** The URL with `timestamp` and `sign`; the robot refuses a timestamp that is an hour old. */
function withSignature(url: string, secret: string, now: Millis): string {
  const signed = new URL(url)
  signed.searchParams.set('timestamp', String(now))
  signed.searchParams.set('sign', signDingTalk(secret, now))
  return signed.href
}

/** HMAC-SHA256, base64, of the timestamp and the secret in two lines; the secret is the key as well. */
export function signDingTalk(secret: string, timestamp: Millis): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64')
}
