import { awsOrigin } from '../../../shared/aws/origin.ts'
import type { AwsKeys } from '../../../shared/aws/signature.ts'
import type { Chance, Clock } from '../../../shared/base/time.ts'
import { systemClock } from '../../clock.ts'

/** Values that a client otherwise takes from the environment of the function. */
export interface ClientOptions {
  endpoint?: string
  region?: string
  credentials?: AwsKeys
}

export interface ClientSettings {
  clock: Clock
  chance: Chance
  keys: AwsKeys
  region: string
  /** The address for a call. */
  originOf(input: object): string
}

/**
 * Lambda puts the region and the keys of the role into the environment, and begins another process before the keys
 * expire. A variable such as `AWS_ENDPOINT_URL_SSM`, or `AWS_ENDPOINT_URL` for every service, names another address.
 */
export function clientSettings(service: string, options: ClientOptions): ClientSettings {
  const { env } = process
  const region = options.region ?? env.AWS_REGION ?? ''
  const named = env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || env.AWS_ENDPOINT_URL
  const origin = options.endpoint ?? (named || awsOrigin(service, region))
  const keys = options.credentials ?? {
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    ...(env.AWS_SESSION_TOKEN && { sessionToken: env.AWS_SESSION_TOKEN }),
  }
  return { clock: systemClock, chance: Math.random, keys, region, originOf: () => origin }
}
