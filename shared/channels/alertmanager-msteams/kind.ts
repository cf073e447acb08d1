import { call, receiverHttpFields, secretUrl, words } from '../alertmanager/fields.ts'
import { receiverKind } from '../alertmanager/kind.ts'
import { httpTimeoutMs } from '../http/settings.ts'
import { TEAMS_RULES } from '../teams/kind.ts'

const fields = {
  webhook_url: secretUrl('URL of the connector'),
  title: words('Title', call('msteams.default.title')),
  summary: words('Summary', call('msteams.default.summary')),
  text: words('Text', call('msteams.default.text')),
  ...receiverHttpFields,
}

export const alertmanagerTeamsKind = receiverKind({
  type: 'alertmanager-msteams',
  label: 'Microsoft Teams (connector), as a receiver of an alertmanager.yml',
  list: 'msteams_configs',
  fields,
  timeoutMs: httpTimeoutMs,
  rate: ({ webhook_url: url }) => ({ by: ['teams', url], rules: TEAMS_RULES }),
})
