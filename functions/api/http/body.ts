import { readBody } from '../../../shared/base/body.ts'
import { type JsonReading, parseJsonInSlices } from '../../../shared/base/json.ts'
import { LIMITS } from '../../../shared/base/limits.ts'
import type { Problem } from '../../../shared/problem/problem.ts'
import type { Refusal } from './route.ts'
import { refuseWith } from './route.ts'

/** The largest body of most requests, after decompression. */
const BODY_BYTES = LIMITS.bodyBytes

export type BodyRead<T> = { ok: true; value: T } | { ok: false; refusal: Refusal }

export async function readBytes(request: Request, limitBytes = BODY_BYTES): Promise<BodyRead<Uint8Array>> {
  const read = await readBody(request, limitBytes)
  if (read.ok) return { ok: true, value: read.bytes }
  return { ok: false, refusal: refuseWith(read.status, read.code, read.message) }
}

/** A body written by people: text in UTF-8. */
export async function readText(request: Request, limitBytes?: number): Promise<BodyRead<string>> {
  const read = await readBytes(request, limitBytes)
  if (!read.ok) return read
  try {
    return { ok: true, value: new TextDecoder('utf-8', { fatal: true }).decode(read.value) }
  } catch {
    return { ok: false, refusal: invalid([{ path: '', message: 'the body is not valid UTF-8' }]) }
  }
}

export async function readJson(
  request: Request,
  { limitBytes, ...reading }: JsonReading & { limitBytes?: number } = {},
): Promise<BodyRead<unknown>> {
  const read = await readBytes(request, limitBytes)
  return read.ok ? jsonOf(read.value, reading) : read
}

/** JSON of a request that may come without a body; an absent body is `{}`. */
export async function readOptionalJson(request: Request): Promise<BodyRead<unknown>> {
  const read = await readBytes(request)
  if (!read.ok) return read
  return read.value.length === 0 ? { ok: true, value: {} } : jsonOf(read.value)
}

async function jsonOf(bytes: Uint8Array, reading?: JsonReading): Promise<BodyRead<unknown>> {
  const parsed = await parseJsonInSlices(bytes, { mostNames: LIMITS.objectNames, ...reading })
  if (parsed.ok) return parsed
  return { ok: false, refusal: invalid([{ path: '', message: `the body is not JSON: ${parsed.message}` }]) }
}

export function invalid(problems: Problem[]): Refusal {
  const [first] = problems
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return refuseWith(422, 'invalid', `${where}${first?.message ?? 'not valid'}${more}`, { details: problems })
}

export function mediaType(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase()
}
