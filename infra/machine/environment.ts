import { parseAllowed } from '../../shared/outbound/allow.ts'

/** The settings that `npm start` reads from the environment. An empty variable counts as absent. */
export interface Environment {
  port: number
  host: string
  dataDir: string
  publicUrl?: string
  adminKey?: string
  apiKey?: string
  /** `host:port`, addresses and ranges. */
  allowTargets: string[]
  secretsKey?: Buffer
}

export type ParsedEnvironment = { ok: true; environment: Environment } | { ok: false; error: string }

/** Refuses the first value without meaning, in a single line that never shows a secret. */
export function parseEnvironment(env: Readonly<Record<string, string | undefined>>): ParsedEnvironment {
  const port = parsePort(env.PORT || '8080')
  if (port === undefined) return notValid('PORT', env.PORT, 'a port number from 0 to 65535')
  const host = env.HOST || '127.0.0.1'
  if (!HOST.test(host)) return notValid('HOST', host, 'an address or host name to listen on')
  const publicUrl = env.TOCSIN_PUBLIC_URL ? parsePublicUrl(env.TOCSIN_PUBLIC_URL) : undefined
  if (env.TOCSIN_PUBLIC_URL && !publicUrl) {
    return notValid('TOCSIN_PUBLIC_URL', undefined, 'an http(s) URL without user, query or fragment')
  }
  for (const name of ['TOCSIN_ADMIN_KEY', 'TOCSIN_API_KEY'] as const) {
    if (env[name] && !KEY.test(env[name]))
      return notValid(name, undefined, 'at most 256 printable ASCII characters, no space')
  }
  const secretsKey = env.TOCSIN_SECRETS_KEY ? parseKey(env.TOCSIN_SECRETS_KEY) : undefined
  if (env.TOCSIN_SECRETS_KEY && !secretsKey)
    return notValid('TOCSIN_SECRETS_KEY', undefined, '32 bytes in hex or base64')
  const allowTargets = (env.TOCSIN_ALLOW_TARGETS ?? '').split(/[\s,]+/).filter((entry) => entry !== '')
  const misread = misreadTarget(allowTargets)
  if (misread) return { ok: false, error: misread }
  return {
    ok: true,
    environment: {
      port,
      host,
      dataDir: env.TOCSIN_DATA || './.tocsin',
      allowTargets,
      publicUrl,
      adminKey: env.TOCSIN_ADMIN_KEY || undefined,
      apiKey: env.TOCSIN_API_KEY || undefined,
      secretsKey,
    },
  }
}

const HOST = /^[A-Za-z0-9_.:%-]+$/
const KEY = /^[\x21-\x7e]{1,256}$/

function parsePort(text: string): number | undefined {
  const port = Number(text)
  return /^\d{1,5}$/.test(text) && port <= 65535 ? port : undefined
}

/** Without the trailing slash: links are built by appending a path. */
function parsePublicUrl(text: string): string | undefined {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined
  if (url.username || url.password || url.search || url.hash) return undefined
  return (url.origin + url.pathname).replace(/\/+$/, '')
}

/** 64 hex digits, or base64 (either alphabet, padded or not) of 32 bytes. */
export function parseKey(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return Buffer.from(text, 'base64')
  return undefined
}

function misreadTarget(entries: readonly string[]): string | undefined {
  try {
    parseAllowed(entries)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function notValid(name: string, value: string | undefined, wanted: string): ParsedEnvironment {
  const shown = value === undefined ? 'is not valid' : `is ${JSON.stringify(value.slice(0, 80))}`
  return { ok: false, error: `${name} ${shown}: it has to be ${wanted}` }
}
