import { isIP } from 'node:net'
import { urlProblem } from './url.ts'

/** The destination of a request, from its URL. */
export interface TargetUrl {
  secure: boolean
  /** Without brackets; never with user info. */
  host: string
  /** The value of the Host header. */
  authority: string
  port: number
  path: string
  literal: boolean
}

/**
 * Ports below 1024 but the web's own belong to other protocols; these further ones speak line by line
 * (or are the Lambda runtime's) and could be made to obey a request body.
 */
const FORBIDDEN_PORTS = new Set([
  1433, 1521, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 5432, 5900, 5984, 6000, 6379, 6665, 6666, 6667, 6668, 6669,
  9001, 9042, 9200, 9300, 10250, 11211, 27017,
])

/** The URL is checked again at each send: a stored URL may be older than the rules, or tampered with. */
export function parseTarget(text: string): { ok: true; target: TargetUrl } | { ok: false; error: string } {
  const problem = urlProblem(text)
  if (problem !== undefined) return { ok: false, error: problem }
  const url = new URL(text)
  const secure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
  return {
    ok: true,
    target: { secure, host, authority: url.host, port, path: url.pathname + url.search, literal: isIP(host) !== 0 },
  }
}

export function forbiddenPort(port: number): boolean {
  return port < 1024 ? port !== 80 && port !== 443 : FORBIDDEN_PORTS.has(port)
}
