import * as z from 'zod'
import { SECOND } from '../../base/time.ts'
import { channelKind } from '../../channel/kind.ts'
import { markdownForm } from '../../jinja/values/form.ts'
import { originProblem, urlProblem } from '../../outbound/url.ts'
import type { Problem } from '../../problem/problem.ts'
import type { RateRule } from '../../rate/rate.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { field, type Settings, type SettingsOf } from '../../settings/field.ts'
import { chatContent } from '../chat/content.ts'
import { chatFields, chatKind } from '../chat/settings.ts'
import { DIALECT } from './dialect.ts'

const fields = {
  url: field(checkedText(urlProblem).optional(), {
    label: 'URL',
    help: 'Of an incoming webhook.',
    secret: true,
    address: true,
  }),
  token: field(checkedText(tokenProblem, z.string().max(1000)).optional(), {
    label: 'Token of the bot',
    help: 'xoxb-…, with the right chat:write, in the place of a webhook.',
    secret: true,
  }),
  channel: field(
    z
      .string()
      .regex(/^#?[^\s#@<>]{1,80}$/, 'is not an id or a name of a channel')
      .optional(),
    { label: 'Channel', help: 'Id or name of the channel that the bot writes to. The bot has to be a member.' },
  ),
  endpoint: field(checkedText((text) => originProblem(text, 'slack.com')).optional(), {
    label: 'Endpoint',
    help: 'Server of the API that the bot uses. Absent: https://slack.com.',
    address: true,
  }),
  ...chatFields,
}

/** Of a content: a section has 3,000 characters. */
const CONTENT = chatContent(DIALECT, { room: { chars: 3_000 }, titleForm: markdownForm(DIALECT) })

/** Settings of an incoming webhook or a bot of Slack, secrets in plain text. */
export type SlackSettings = SettingsOf<typeof fields>

/**
 * A message a second, and short bursts. Ten in ten seconds is as much, and the margin for clocks that differ, which every
 * window has, makes of a window of a second seven.
 */
export const SLACK_RULES: readonly RateRule[] = [{ most: 10, windowMs: 10 * SECOND }]

export const slackKind = channelKind({
  type: 'slack',
  label: 'Slack',
  fields,
  content: CONTENT,
  mentions: 'all',
  ...chatKind,
  check: slackProblems,
  keepsIncidents: ({ token }) => token !== undefined,
  // https://docs.slack.dev/apis/web-api/rate-limits: a message a second and short bursts, to a webhook or to a channel.
  rate: ({ url = '', token, channel = '' }) =>
    token === undefined
      ? { by: ['slack', url], rules: SLACK_RULES, digest: 40 }
      : { by: ['slack', token, channel], rules: SLACK_RULES },
})

function slackProblems({ url, token, channel, endpoint }: Settings): Problem[] {
  const problems: Problem[] = []
  const say = (path: string, message: string): void => void problems.push({ path, message })
  if (token === undefined && url === undefined) say('url', 'is required without a token')
  if (token !== undefined && url !== undefined) say('url', 'is given beside token: choose one')
  if (token !== undefined && channel === undefined) say('channel', 'is required beside a token')
  if (token === undefined && channel !== undefined) say('channel', 'needs a token: a webhook has a channel of its own')
  if (token === undefined && endpoint !== undefined) say('endpoint', 'needs a token: a webhook is at its url')
  return problems
}

/** The token is sent in a header. */
function tokenProblem(text: string): string | undefined {
  return /^[\x21-\x7e]+$/.test(text) ? undefined : 'has characters that a header cannot hold'
}
