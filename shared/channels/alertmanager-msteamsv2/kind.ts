import { call, receiverHttpFields, secretUrl, words } from '../alertmanager/fields.ts'
import { receiverKind } from '../alertmanager/kind.ts'
import { httpTimeoutMs } from '../http/settings.ts'
import { TEAMS_RULES } from '../teams/kind.ts'

const fields = {
  webhook_url: secretUrl('URL of the workflow'),
  title: words('Title', call('msteamsv2.default.title')),
  text: words('Text', call('msteamsv2.default.text')),
  ...receiverHttpFields,
}

export const alertmanagerTeamsV2Kind = receiverKind({
  type: 'alertmanager-msteamsv2',
  label: 'Microsoft Teams (workflow), as a receiver of an alertmanager.yml',
  list: 'msteamsv2_configs',
  fields,
  timeoutMs: httpTimeoutMs,
  rate: ({ webhook_url: url }) => ({ by: ['teams', url], rules: TEAMS_RULES }),
})
