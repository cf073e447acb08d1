import { isObject } from '../../shared/base/value.ts'
import type { Streams } from './command.ts'

/** The server that a command changes, and the key for it. */
export interface Server {
  /** Without a slash at the end. */
  url: string
  key: string
}

const HERE = 'http://127.0.0.1:8080'

/** A key is never an argument: other users of a machine see the arguments of processes. */
export function serverOf(given: string | undefined, { env }: Pick<Streams, 'env'>): Server | string {
  const url = given ?? (env.TOCSIN_URL || HERE)
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return `${JSON.stringify(url)} is not a URL`
  const { origin, pathname, username } = new URL(url)
  if (username !== '') return 'the URL has a user: set the variable TOCSIN_API_KEY instead'
  const key = env.TOCSIN_API_KEY
  if (!key) return 'needs an API key in the variable TOCSIN_API_KEY'
  return { url: `${origin}${pathname}`.replace(/\/+$/, ''), key }
}

interface Sent {
  method: 'PUT'
  path: string
  type: string
  body: string
}

/** `answer`: the body, where the body is a JSON object. */
export type Answered = { ok: true; status: number; answer: Record<string, unknown> } | { ok: false; error: string }

/** A large configuration takes seconds. */
const TIMEOUT_MS = 60_000

/** Redirects are not followed: the other host would get the key, or a GET. */
export async function ask({ url, key }: Server, { method, path, type, body }: Sent): Promise<Answered> {
  try {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': type },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return { ok: true, status: response.status, answer: objectIn(await response.text()) }
  } catch (error) {
    const { cause = error } = error as Error
    return { ok: false, error: `${url} does not answer: ${cause instanceof Error ? cause.message : String(cause)}` }
  }
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(text)
    return isObject(read) ? read : {}
  } catch {
    return {}
  }
}
