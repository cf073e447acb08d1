import type { Origin, PostedAlert } from '../alert/alert.ts'
import { label } from '../alert/labels.ts'

/*
 * ARMS adds labels of its own to the alerts that pass through. The labels name the origin of an alert, which is no
 * part of the alert's identity: with the labels left in, the same alert by another way would be a different alert.
 * https://www.alibabacloud.com/help/en/arms/alarm-operation-center/
 */

const SYSTEM = '_aliyun_arms_'

/** Labels that become the origin, or that describe the way of the alert through ARMS. */
const LEFT_OUT = new Set(
  ['userid', 'integration_id', 'integration_name', 'product_type', 'alert_rule_id', 'denoise_code'].concat(
    'is_denoise_filtered',
  ),
)

const LONGEST = 200

/**
 * The alert without ARMS's labels: the source of the alert becomes the origin, and further facts stay as annotations.
 */
export function readArmsLabels(alert: PostedAlert): PostedAlert | string {
  const { labels, annotations } = alert
  const system = Object.keys(labels).filter((name) => name.startsWith(SYSTEM))
  if (system.length === 0) return alert
  const kept = Object.entries(labels).filter(([name]) => !name.startsWith(SYSTEM))
  if (kept.length === 0) return 'at least one label pair required'
  const facts = system.filter((name) => !LEFT_OUT.has(name.slice(SYSTEM.length)))
  const origin = originOf((name) => label(labels, SYSTEM + name).slice(0, LONGEST))
  return {
    ...alert,
    labels: Object.fromEntries(kept),
    annotations: { ...Object.fromEntries(facts.map((name) => [name, label(labels, name)])), ...annotations },
    ...(origin === undefined ? {} : { origin }),
  }
}

function originOf(text: (name: string) => string): Origin | undefined {
  const account = text('userid')
  const integration = text('integration_id') || text('integration_name')
  const rule = text('alert_rule_id')
  if (account === '' || integration === '') return undefined
  return { account, integration, ...(rule === '' ? {} : { rule }) }
}
