import type { Send } from '../../channel/send.ts'
import { postMessage } from '../chat/post.ts'
import { weComAnswers } from './answers.ts'
import type { WeComSettings } from './kind.ts'
import { weComMessage } from './message.ts'

/** Posts a message to a robot in a group (https://developer.work.weixin.qq.com/document/path/91770). */
export const sendToWeCom: Send<WeComSettings> = async (settings, content, deps) =>
  await postMessage(settings.url, weComMessage(settings, content, deps), content, deps, weComAnswers)
