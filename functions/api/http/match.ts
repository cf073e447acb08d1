import type { ApiDeps } from './deps.ts'
import type { Refusal } from './route.ts'
import { refuseWith } from './route.ts'

/*
 * Two people who change the same entry: a request that names the tag of an older entry is refused (RFC 9110 §13.1.1).
 * The tag is a hash under a key, so a tag tells nothing of the secrets in an entry.
 */

const TAG_BYTES = 12

/** Request headers of a change. */
export const MATCH_NOTE = 'The `ETag` of what was read; after a change by somebody else the answer is 412'

export function etagOf({ secrets }: Pick<ApiDeps, 'secrets'>, account: string, stored: unknown): string {
  const mac = secrets.mac('etag', account, JSON.stringify(stored) ?? '')
  return `"${mac.subarray(0, TAG_BYTES).toString('base64url')}"`
}

/** The refusal of a change of something that is no longer as it was read; undefined: the change may be made. */
export function staleRefusal(given: string | null, present: string): Refusal | undefined {
  if (given === null) return undefined
  // A proxy that compresses answers makes their tags weak; here a weak tag still names one version.
  const tags = given.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (tags.includes('*') || tags.includes(present)) return undefined
  return refuseWith(412, 'changed', 'somebody else has changed this meanwhile: read it again')
}

export function withEtag(answer: Response, tag: string): Response {
  answer.headers.set('etag', tag)
  return answer
}
