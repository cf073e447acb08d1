import * as z from 'zod'
import { awsOrigin } from '../../aws/origin.ts'
import type { AwsKeys } from '../../aws/signature.ts'
import type { AwsRole, AwsService } from '../../channel/send.ts'
import { originProblem } from '../../outbound/url.ts'
import type { Problem } from '../../problem/problem.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { field, type Settings } from '../../settings/field.ts'
import { tokenText } from '../events/settings.ts'

/*
 * Settings of every kind of channel that sends to a service of AWS.
 */

export const regionText = z.string().regex(/^[a-z]{2,}(?:-[a-z]+)+-\d{1,2}$/, 'is not a region such as eu-west-1')

export const endpointField = field(checkedText((text) => originProblem(text, 'amazonaws.com')).optional(), {
  label: 'Endpoint',
  help: 'Absent: the endpoint of AWS in the region.',
  address: true,
})

export const keyFields = {
  accessKeyId: field(
    z
      .string()
      .regex(/^\w{16,128}$/, 'is not an access key id')
      .optional(),
    { label: 'Access key ID', help: 'Absent: the role of the function signs, on AWS.' },
  ),
  secretAccessKey: field(z.string().min(1, 'must not be empty').max(1000).optional(), {
    label: 'Secret access key',
    secret: true,
  }),
  sessionToken: field(tokenText.optional(), { label: 'Session token', secret: true }),
}

export type KeySettings = {
  accessKeyId?: string | undefined
  secretAccessKey?: string | undefined
  sessionToken?: string | undefined
  endpoint?: string | undefined
}

/** The keys that sign the requests of a channel, and the address of the service. */
export interface AwsAccess {
  keys: AwsKeys
  origin: string
}

/** The keys of the channel, else the role of the function, whose address is its own affair. Undefined: neither. */
export function awsAccess(
  service: AwsService,
  region: string,
  { accessKeyId, secretAccessKey, sessionToken, endpoint }: KeySettings,
  role: () => AwsRole | undefined = () => undefined,
): AwsAccess | undefined {
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    const keys = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
    return { keys, origin: endpoint ?? awsOrigin(service, region) }
  }
  const keys = role()
  return keys && { keys, origin: keys.endpoints?.[service] ?? awsOrigin(service, region) }
}

/**
 * A key is given whole or not at all. The function's role signs requests to AWS only: the owner of another address
 * would get a signed request, and with it a session token.
 */
export function keyProblems(settings: Settings): Problem[] {
  const given = (name: string): boolean => Object.hasOwn(settings, name)
  const missing = ['accessKeyId', 'secretAccessKey'].filter((name) => !given(name))
  if (missing.length === 1) return [{ path: missing[0]!, message: 'is required beside the other half of the key' }]
  if (missing.length === 0) return []
  return ['sessionToken', 'endpoint'].filter(given).map((path) => ({ path, message: 'needs an accessKeyId' }))
}
