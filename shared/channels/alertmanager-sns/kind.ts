import * as z from 'zod'
import { awsOrigin } from '../../aws/origin.ts'
import { isObject } from '../../base/value.ts'
import { urlProblem } from '../../outbound/url.ts'
import type { Problem } from '../../problem/problem.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { field, fieldGroup, type Settings, type SettingsOf } from '../../settings/field.ts'
import { call, templateMapping, templateText, words } from '../alertmanager/fields.ts'
import { receiverKind } from '../alertmanager/kind.ts'
import { keyFields, regionText } from '../aws/keys.ts'
import { httpTimeoutMs, timeoutField } from '../http/settings.ts'

const TARGETS = ['topic_arn', 'phone_number', 'target_arn'] as const

const fields = {
  topic_arn: words('Topic'),
  phone_number: words('Phone number'),
  target_arn: words('Target'),
  api_url: field(checkedText(urlProblem, z.string().max(4096)).optional(), {
    label: 'Endpoint',
    help: 'Absent: the endpoint of AWS in the region.',
    address: true,
  }),
  sigv4: fieldGroup(
    {
      // Always a host of AWS, and the key itself is never sent, so the region is no address.
      region: field(regionText.optional(), { label: 'Region', help: 'Absent: the region in the ARN.' }),
      access_key: field(
        z
          .string()
          .regex(/^[\x21-\x7e]{1,128}$/, 'is not an access key id')
          .optional(),
        { label: 'Access key ID', help: 'Absent: the role of the function signs, on AWS.' },
      ),
      secret_key: keyFields.secretAccessKey,
    },
    { label: 'Signature' },
  ),
  subject: words('Subject', call('sns.default.subject')),
  message: words('Text', call('sns.default.message')),
  attributes: templateMapping('Attributes', templateText),
  timeoutMs: timeoutField,
}

/** Settings of a receiver for Amazon SNS, secrets in plain text. */
export type AlertmanagerSnsSettings = SettingsOf<typeof fields>

export const alertmanagerSnsKind = receiverKind({
  type: 'alertmanager-sns',
  label: 'Amazon SNS, as a receiver of an alertmanager.yml',
  list: 'sns_configs',
  fields,
  check: snsProblems,
  timeoutMs: httpTimeoutMs,
})

/** The role of the function signs requests to AWS only: the owner of another address would get a session token. */
function snsProblems(given: Settings): Problem[] {
  const problems: Problem[] = []
  const targets = TARGETS.filter((name) => given[name] !== undefined && given[name] !== '')
  if (targets.length !== 1) {
    problems.push({ path: targets[1] ?? 'topic_arn', message: `needs one of ${TARGETS.join(', ')}, and no second one` })
  }
  const { access_key: access, secret_key: secret } = isObject(given.sigv4) ? given.sigv4 : {}
  if ((access === undefined) !== (secret === undefined)) {
    const path = access === undefined ? 'sigv4.access_key' : 'sigv4.secret_key'
    problems.push({ path, message: 'is required beside the other half of the key' })
  }
  if (given.api_url !== undefined && access === undefined && !isOfAws(given)) {
    problems.push({ path: 'api_url', message: 'needs sigv4.access_key: no role signs requests to another address' })
  }
  return problems
}

/** The address of AWS itself in the region, which a role signs requests to without the setting. */
function isOfAws(given: Settings): boolean {
  const { api_url: url, sigv4, ...targets } = given
  if (typeof url !== 'string' || !URL.canParse(url)) return false
  const { region } = isObject(sigv4) ? sigv4 : {}
  const topics = TARGETS.map((name) => targets[name]).filter((one) => typeof one === 'string')
  return new URL(url).origin === awsOrigin('sns', regionOf(typeof region === 'string' ? region : undefined, topics))
}

/** The region of the settings, else the region of the ARN. */
export function regionOf(given: string | undefined, arns: readonly string[]): string {
  const found = arns.map((arn) => /^arn:[\w-]+:sns:([a-z0-9-]+):/.exec(arn)?.[1]).find((region) => region !== undefined)
  return given ?? found ?? 'us-east-1'
}
