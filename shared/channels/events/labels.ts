import type { Origin } from '../../alert/alert.ts'
import type { Labels } from '../../alert/labels.ts'
import type { NotifiedAlert } from '../../delivery/delivery.ts'
import { sorted } from '../../message-view/label-sets.ts'

/*
 * An alert's origin is no label (it takes no part in what the alert is), but ARMS's events say it with labels
 * that its integrations stamp; `integrations/arms-origin.ts` reads them back. A sender cannot forge them: what
 * an alert brings of that name is not shown.
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
  return sorted(Object.fromEntries([...own, ...Object.entries(origin === undefined ? {} : stamps(origin))]))
}

function stamps({ account, integration, rule }: Origin): Labels {
  return {
    [USER]: account,
    [INTEGRATION]: integration,
    // An integration goes by its id, which people choose; its name may change under an alert.
    [INTEGRATION_NAME]: integration,
    ...(rule === undefined ? {} : { [RULE]: rule }),
    // ARMS's word for whatever is none of its own products.
    [PRODUCT]: 'CUSTOM',
    // Nothing is ever held back as noise here.
    [DENOISE_CODE]: '0',
    [DENOISED]: 'false',
  }
}
