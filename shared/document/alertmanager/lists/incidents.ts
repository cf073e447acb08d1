import { alertmanagerOpsgenieKind } from '../../../channels/alertmanager-opsgenie/kind.ts'
import { alertmanagerPagerDutyKind } from '../../../channels/alertmanager-pagerduty/kind.ts'
import { kindList } from './kind-list.ts'

export const pagerDutyList = kindList({
  list: 'pagerduty_configs',
  kind: alertmanagerPagerDutyKind,
  sendResolved: true,
  inherited: { url: 'pagerduty_url' },
  files: ['routing_key', 'service_key'],
  timeout: true,
})

export const opsgenieList = kindList({
  list: 'opsgenie_configs',
  kind: alertmanagerOpsgenieKind,
  sendResolved: true,
  inherited: { api_url: 'opsgenie_api_url', api_key: 'opsgenie_api_key' },
  files: ['api_key'],
})
