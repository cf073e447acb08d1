import { isObject } from '../../../base/value.ts'
import { alertmanagerSnsKind } from '../../../channels/alertmanager-sns/kind.ts'
import type { Problem } from '../../../problem/problem.ts'
import { isEmpty } from '../../reading/mapping.ts'
import { kindList } from './kind-list.ts'
import type { ReceiverList } from './list.ts'

const REFUSED = ['profile', 'role_arn', 'external_id', 'use_fips_sts_endpoint', 'service_name']

const base = kindList({
  list: 'sns_configs',
  kind: alertmanagerSnsKind,
  sendResolved: true,
  refused: { use_aws_http_client: 'certificates are those of this host' },
  withoutHttp: true,
})

export const snsList: ReceiverList = {
  ...base,
  read({ sigv4, ...entry }, context) {
    if (!isObject(sigv4)) return base.read({ ...entry, sigv4 }, context)
    const refused = REFUSED.filter((name) => !isEmpty(sigv4[name]) && sigv4[name] !== 'false')
    const problems = refused.map(
      (name): Problem => ({
        path: `sigv4.${name}`,
        message: 'is not supported: give access_key and secret_key, or leave the signature to the role of the function',
      }),
    )
    const taken = Object.fromEntries(Object.entries(sigv4).filter(([name]) => !REFUSED.includes(name)))
    const read = base.read({ ...entry, sigv4: taken }, context)
    return { ...read, problems: [...problems, ...read.problems] }
  },
}
