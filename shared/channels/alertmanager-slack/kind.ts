import * as z from 'zod'
import type { Problem } from '../../problem/problem.ts'
import { field, type Settings, type SettingsOf } from '../../settings/field.ts'
import {
  call,
  receiverHttpFields,
  secretUrl,
  switchField,
  templateList,
  templateText,
  words,
} from '../alertmanager/fields.ts'
import { receiverKind } from '../alertmanager/kind.ts'
import { httpTimeoutMs } from '../http/settings.ts'
import { SLACK_RULES } from '../slack/kind.ts'

const required = templateText.min(1, 'must not be empty')
const optional = templateText.default('')

const shownField = z.strictObject({ title: required, value: required, short: z.boolean().optional() })

const button = z
  .strictObject({
    type: required,
    text: required,
    url: optional,
    style: optional,
    name: optional,
    value: optional,
    confirm: z.strictObject({ text: required, title: optional, ok_text: optional, dismiss_text: optional }).optional(),
  })
  .refine(({ url, name }) => url !== '' || name !== '', 'needs a name or a url')

const fields = {
  api_url: secretUrl('URL'),
  channel: words('Channel'),
  username: words('User name', call('slack.default.username')),
  icon_emoji: words('Icon', call('slack.default.iconemoji')),
  icon_url: words('URL of an icon', call('slack.default.iconurl')),
  message_text: words('Text above the attachment'),
  title: words('Title', call('slack.default.title')),
  title_link: words('Link of the title', call('slack.default.titlelink')),
  pretext: words('Text before the attachment', call('slack.default.pretext')),
  text: words('Text', call('slack.default.text')),
  fallback: words('Text for notifications', call('slack.default.fallback')),
  footer: words('Footer', call('slack.default.footer')),
  color: words('Colour', call('slack.default.color')),
  callback_id: words('Callback ID', call('slack.default.callbackid')),
  image_url: words('URL of an image'),
  thumb_url: words('URL of a small image'),
  fields: templateList('Fields', shownField),
  short_fields: switchField('Fields are short'),
  actions: templateList('Buttons', button),
  mrkdwn_in: field(
    z
      .array(z.string().regex(/^[a-z_]{1,30}$/, 'is not the name of a field'))
      .max(20)
      .default([]),
    { label: 'Fields with Markdown' },
  ),
  link_names: switchField('Names become links'),
  update_message: switchField('A message of a bot is changed while its incident lasts'),
  ...receiverHttpFields,
}

/** Settings of a receiver for Slack, secrets in plain text. */
export type AlertmanagerSlackSettings = SettingsOf<typeof fields>

export const alertmanagerSlackKind = receiverKind({
  type: 'alertmanager-slack',
  label: 'Slack, as a receiver of an alertmanager.yml',
  list: 'slack_configs',
  fields,
  check: updateProblems,
  timeoutMs: httpTimeoutMs,
  // The robot, and the limit, of a channel of type slack with the same URL.
  rate: ({ api_url: url, channel }) => ({
    by: url.endsWith('/api/chat.postMessage') ? ['slack', url, channel] : ['slack', url],
    rules: SLACK_RULES,
  }),
})

/** Only the API changes messages: https://docs.slack.dev/reference/methods/chat.update */
function updateProblems({ update_message: updates, api_url: url }: Settings): Problem[] {
  if (updates !== true || typeof url !== 'string' || /\/api\/chat\.postMessage$/.test(url)) return []
  return [{ path: 'update_message', message: 'needs the URL …/api/chat.postMessage and the token of a bot' }]
}
