import { createHmac } from 'node:crypto'
import { SECOND } from '../../base/time.ts'
import type { Send } from '../../channel/send.ts'
import { postMessage } from '../chat/post.ts'
import { larkAnswers } from './answers.ts'
import type { LarkSettings } from './kind.ts'
import { larkMessage } from './message.ts'

/** Posts a card to a custom robot (https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot). */
export const sendToLark: Send<LarkSettings> = async (settings, content, deps) => {
  const { url, secret } = settings
  const timestamp = String(Math.floor(deps.clock.now() / SECOND))
  const signed = secret === undefined ? {} : { timestamp, sign: signLark(secret, timestamp) }
  const message = { ...signed, ...larkMessage(settings, content, deps) }
  return await postMessage(url, message, content, deps, larkAnswers)
}

/**
 * HMAC-SHA256, base64, of nothing: the timestamp, in seconds, and the secret in two lines are the key. The robot refuses
 * a timestamp that is an hour old.
 */
export function signLark(secret: string, timestamp: string): string {
  return createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64')
}
