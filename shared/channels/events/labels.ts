import type { Origin } from '../../alert/alert.ts'
import type { Labels } from '../../alert/labels.ts'
import type { NotifiedAlert } from '../../delivery/delivery.ts'

/*
 * The origin of an alert is no label: the origin takes no part in the identity of the alert. ARMS's events show the
 * origin with labels that ARMS's integrations add; `integrations/arms-origin.ts` reads the labels back. A sender
 * cannot forge these labels: an alert's own labels of the same names are not shown.
 * https://www.alibabacloud.com/help/en/arms/alarm-operation-center/
 */

const USER = '_aliyun_arms_userid'
const INTEGRATION = '_aliyun_arms_integration_id'
const INTEGRATION_NAME = '_aliyun_arms_integration_name'
const RULE = '_aliyun_arms_alert_rule_id'
const PRODUCT = '_aliyun_arms_product_type'
const DENOISE_CODE = '_aliyun_arms_denoise_code'
const DENOISED = '_aliyun_arms_is_denoise_filtered'

const STAMPED = new Set([USER, INTEGRATION, INTEGRATION_NAME, RULE, PRODUCT, DENOISE_CODE, DENOISED])

export function lifecycleLabels({ labels, origin }: NotifiedAlert): Labels {
  const own = Object.entries(labels).filter(([name]) => !STAMPED.has(name))
  return Object.fromEntries([...own, ...Object.entries(origin === undefined ? {} : stamps(origin))])
}

function stamps({ account, integration, rule }: Origin): Labels {
  return {
    [USER]: account,
    [INTEGRATION]: integration,
    // The id in place of the name: people choose the id, and the name may change while an alert fires.
    [INTEGRATION_NAME]: integration,
    ...(rule === undefined ? {} : { [RULE]: rule }),
    // ARMS's word for alerts from outside ARMS's own products.
    [PRODUCT]: 'CUSTOM',
    // Tocsin never holds an alert back as noise.
    [DENOISE_CODE]: '0',
    [DENOISED]: 'false',
  }
}
