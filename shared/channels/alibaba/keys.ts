import * as z from 'zod'
import { originProblem } from '../../outbound/url.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { field } from '../../settings/field.ts'
import { tokenText } from '../events/settings.ts'

/*
 * Settings of every kind of channel that sends to a service of Alibaba Cloud.
 */

/** The id is sent in a header. The secret only makes a signature and is never sent. */
export const alibabaKeyId = z.string().regex(/^[\w.-]{1,128}$/, 'is not an access key id')

export const alibabaSecret = z.string().min(1, 'must not be empty').max(1000)

export const securityToken = field(tokenText.optional(), {
  label: 'Security token',
  help: 'Of temporary keys (STS). Absent: the key is lasting.',
  secret: true,
})

/** `cn-shanghai`: one label of a host name. */
export const alibabaRegion = z.string().regex(/^[a-z]{2,10}(?:-[a-z0-9]{1,20}){1,4}$/, 'is not a region')

export const alibabaEndpoint = field(checkedText((text) => originProblem(text, 'aliyuncs.com')).optional(), {
  label: 'Endpoint',
  help: 'Absent: the endpoint of Alibaba Cloud in the region.',
  address: true,
})

/** The regions of mainland China share one endpoint. */
export function alibabaOrigin(service: string, region = 'cn-hangzhou'): string {
  return `https://${service}${region.startsWith('cn-') ? '' : `.${region}`}.aliyuncs.com`
}
