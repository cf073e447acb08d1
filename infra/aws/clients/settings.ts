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

export function clientSettings(service: string, options: ClientOptions): ClientSettings {
  const region = options.region ?? ownRegion()
  const origin = options.endpoint ?? endpointOf(service) ?? awsOrigin(service, region)
  const keys = options.credentials ?? roleKeys()
  return { clock: systemClock, chance: Math.random, keys, region, originOf: () => origin }
}

/** The region of the function. */
export function ownRegion(): string {
  return process.env.AWS_REGION ?? ''
}

/**
 * The keys of the function's role, empty outside of Lambda. Lambda puts the keys into the environment, and begins another
 * process before the keys expire.
 */
export function roleKeys(): AwsKeys {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env
  return {
    accessKeyId: AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '',
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  }
}

/** Another address in the place of AWS's own: a variable such as `AWS_ENDPOINT_URL_SSM`, or one for every service. */
export function endpointOf(service: string): string | undefined {
  const { env } = process
  return env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || env.AWS_ENDPOINT_URL || undefined
}
