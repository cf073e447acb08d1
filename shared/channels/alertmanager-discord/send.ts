import { cutText } from '../alertmanager/cut.ts'
import { omitEmpty } from '../alertmanager/omit-empty.ts'
import { post } from '../alertmanager/post.ts'
import { written } from '../alertmanager/written.ts'
import { discordAnswers } from '../discord/answers.ts'
import type { ProviderAnswers } from '../http/provider-answer.ts'
import { alertmanagerDiscordKind } from './kind.ts'

const COLORS = { firing: 0x992d22, resolved: 0x2ecc71 }

/** https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
const TITLE_CHARS = 256
const MESSAGE_CHARS = 4096
const CONTENT_CHARS = 2000

/** Executes a webhook: https://discord.com/developers/docs/resources/webhook#execute-webhook */
export const sendAlertmanagerDiscord = written(alertmanagerDiscordKind, async (settings, content, deps) => {
  const { webhook_url: url, username, avatar_url } = settings
  const card = {
    title: cutText(settings.title, TITLE_CHARS),
    description: cutText(settings.message, MESSAGE_CHARS),
    color: COLORS[content.data.status],
  }
  const body = {
    content: cutText(settings.content, CONTENT_CHARS),
    embeds: [card],
    ...omitEmpty({ username, avatar_url }),
  }
  return await post({ url, body }, settings, content, deps, answers)
})

/** Discord answers 204 without a body, as the message is not waited for. */
const answers: ProviderAnswers = {
  read: (answer) => (answer.status < 300 ? { taken: true } : discordAnswers.read(answer)),
  codes: discordAnswers.codes,
}
