import { MINUTE } from '../../shared/base/time.ts'
import { amzDate, expectedSignature, readClaim } from './aws-signature.ts'
import type { ProviderRequest } from './provider.ts'

/** A key of an account of AWS, with the resources that the key may use. */
export interface AwsPrincipal {
  secretAccessKey: string
  sessionToken?: string
  may: string[]
}

/** The keys by their id. */
export type AwsPrincipals = Readonly<Record<string, AwsPrincipal>>

const MOST_SKEW_MS = 5 * MINUTE

/** What every service of AWS checks of a request before it looks at the request: the signature, its scope and its time. */
export function awsRefusal(
  request: ProviderRequest,
  { region, service, keys }: { region: string; service: string; keys: AwsPrincipals },
): 'IncompleteSignature' | 'InvalidClientTokenId' | 'SignatureDoesNotMatch' | 'RequestExpired' | undefined {
  const { headers, now } = request
  const claimed = readClaim(headers.authorization)
  if (claimed === undefined) return 'IncompleteSignature'
  const key = keys[claimed.accessKeyId]
  if (key === undefined || headers['x-amz-security-token'] !== key.sessionToken) return 'InvalidClientTokenId'
  if (claimed.region !== region || claimed.service !== service) return 'SignatureDoesNotMatch'
  const needed = ['host', 'x-amz-date', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))]
  if (!needed.every((name) => claimed.signedHeaders.includes(name))) return 'SignatureDoesNotMatch'
  // Every service but S3 escapes the path a second time.
  const [path = '', query] = request.path.split('?')
  const twice = path.split('/').map(encodeURIComponent).join('/')
  const asked = { ...request, path: query === undefined ? twice : `${twice}?${query}` }
  if (claimed.signature !== expectedSignature(asked, claimed, key.secretAccessKey)) return 'SignatureDoesNotMatch'
  const date = headers['x-amz-date'] ?? ''
  return Math.abs(amzDate(date) - now) <= MOST_SKEW_MS && date.startsWith(claimed.date) ? undefined : 'RequestExpired'
}

export function mayUse({ headers }: ProviderRequest, keys: AwsPrincipals, resource: string): boolean {
  return keys[readClaim(headers.authorization)!.accessKeyId]!.may.includes(resource)
}
