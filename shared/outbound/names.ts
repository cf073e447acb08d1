import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { SECOND } from '../base/time.ts'
import type { Timer } from './request.ts'

export type Lookup = (host: string) => Promise<Found>

/** `why` is a text behind the name: nothing in it comes from another name. */
export type Found = { ok: true; addresses: readonly string[] } | { ok: false; why: string }

export interface NamesDeps {
  timer: Timer
  /** Name servers, `address` or `address:port`. Absent: those of the operating system. */
  servers?: readonly string[]
  /** Files of the operating system; tests bring files of their own. */
  hostsFile?: string
  resolverFile?: string
}

/** A name server that takes longer is as good as none: the attempt is made again later. */
export const LOOKUP_MS = 5 * SECOND
/** A question is asked again after this time, since UDP may lose it. */
const ASK_AGAIN_MS = 2 * SECOND
const TRIES = 3
/** The time for which addresses of one family wait for those of the other (RFC 8305 waits 50 ms). */
const OTHER_FAMILY_MS = 100
const FILES_FOR_MS = 5 * SECOND
/** As in resolv.conf(5). */
const MOST_SEARCHED = 6

/**
 * Finds the addresses of names without `getaddrinfo`: libuv runs few of those calls at a time, for the whole process, so
 * a few names of a dead zone would stop all others. Every lookup has a resolver of its own, which is given up after
 * LOOKUP_MS; a slow name delays nothing but itself.
 *
 * A name is looked up in /etc/hosts, then at the name servers of /etc/resolv.conf, with its `search` and `ndots`.
 * `localhost` is this machine (RFC 6761). Other sources of the operating system, such as mDNS, are not asked.
 */
export function createLookup(deps: NamesDeps): Lookup {
  const { timer, hostsFile = '/etc/hosts', resolverFile = '/etc/resolv.conf' } = deps
  const hosts = keptFor(FILES_FOR_MS, timer, async () => parseHosts(await textOf(hostsFile)))
  const options = keptFor(FILES_FOR_MS, timer, async () => parseResolver(await textOf(resolverFile)))
  return async (host) => {
    const name = host.toLowerCase().replace(/\.$/, '')
    if (isIP(name) !== 0) return { ok: true, addresses: [name] }
    const known = (await hosts()).get(name)
    if (known !== undefined) return { ok: true, addresses: known }
    if (name === 'localhost' || name.endsWith('.localhost')) return { ok: true, addresses: ['127.0.0.1', '::1'] }
    const names = host.endsWith('.') ? [name] : candidates(name, await options())
    return await ask(names, deps)
  }
}

/** Asks for the names in turn until a name has addresses; the limit is for all of them together. */
async function ask(names: readonly string[], { timer, servers }: NamesDeps): Promise<Found> {
  const resolver = new Resolver({ timeout: ASK_AGAIN_MS, tries: TRIES })
  if (servers !== undefined) resolver.setServers(servers)
  const late = Promise.withResolvers<'late'>()
  const cancel = timer.after(LOOKUP_MS, () => setImmediate(() => late.resolve('late')))
  try {
    let failed: string | undefined
    for (const name of names) {
      const found = await Promise.race([addressesOf(name, resolver, timer), late.promise])
      if (found === 'late') return { ok: false, why: 'its name servers gave no answer in time' }
      if (found.addresses.length > 0) return { ok: true, addresses: found.addresses }
      failed ??= found.failed
    }
    return { ok: false, why: failed ?? 'no address found' }
  } finally {
    cancel()
    resolver.cancel()
  }
}

interface Addresses {
  addresses: string[]
  /** The reason why nothing is known of the name. Absent: there is no address of the name. */
  failed?: string
}

/**
 * Both families, IPv4 first. A name server that never answers for one family must not take the addresses of the other
 * along, so once one family has addresses, the other is waited for a moment only.
 */
async function addressesOf(name: string, resolver: Resolver, timer: Timer): Promise<Addresses> {
  const found: Addresses[] = []
  const enough = Promise.withResolvers<void>()
  const take = async (place: number, asked: Promise<string[]>): Promise<void> => {
    const answer = await asked.then((addresses): Addresses => ({ addresses }), failure)
    found[place] = answer
    if (answer.addresses.length > 0) timer.after(OTHER_FAMILY_MS, () => enough.resolve())
  }
  const both = Promise.all([take(0, resolver.resolve4(name)), take(1, resolver.resolve6(name))])
  await Promise.race([both, enough.promise])
  const answers = found.filter((answer) => answer !== undefined)
  return {
    addresses: answers.flatMap(({ addresses }) => addresses),
    failed: answers.find(({ failed }) => failed !== undefined)?.failed,
  }
}

/** https://nodejs.org/api/dns.html#error-codes */
function failure(error: NodeJS.ErrnoException): Addresses {
  switch (error.code) {
    case 'ENOTFOUND':
    case 'ENODATA':
    case 'EBADNAME':
      return { addresses: [] }
    case 'ETIMEOUT':
    case 'ECANCELLED':
      return { addresses: [], failed: 'its name servers gave no answer in time' }
    case 'ECONNREFUSED':
      return { addresses: [], failed: 'no name server can be asked' }
    default:
      return { addresses: [], failed: `its name servers failed (${error.code ?? 'unknown'})` }
  }
}

interface ResolverOptions {
  search: readonly string[]
  ndots: number
}

/** The full names to ask for, in order: a name with enough dots is tried as it is first, as resolv.conf(5) says. */
export function candidates(name: string, { search, ndots }: ResolverOptions): string[] {
  const searched = search.map((domain) => `${name}.${domain}`)
  return name.split('.').length > ndots ? [name, ...searched] : [...searched, name]
}

export function parseResolver(text: string): ResolverOptions {
  let search: string[] = []
  let ndots = 1
  for (const line of text.split('\n')) {
    const [key, ...words] = line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/)
    if (key === 'search' || key === 'domain') {
      search = words.map((word) => word.toLowerCase().replace(/\.$/, '')).filter((word) => word !== '')
    }
    const dots = key === 'options' ? words.findLast((word) => /^ndots:\d+$/.test(word)) : undefined
    if (dots !== undefined) ndots = Math.min(Number(dots.slice('ndots:'.length)), 15)
  }
  return { search: search.slice(0, MOST_SEARCHED), ndots }
}

export function parseHosts(text: string): Map<string, string[]> {
  const hosts = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*$/, '').trim().split(/\s+/)
    if (isIP(address) === 0) continue
    for (const name of names.map((word) => word.toLowerCase())) hosts.set(name, [...(hosts.get(name) ?? []), address])
  }
  return hosts
}

/** A system without the file has no names in it. */
async function textOf(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '')
}

function keptFor<T>(ms: number, timer: Timer, read: () => Promise<T>): () => Promise<T> {
  let kept: { until: number; value: Promise<T> } | undefined
  return () => {
    if (kept === undefined || timer.elapsed() >= kept.until) kept = { until: timer.elapsed() + ms, value: read() }
    return kept.value
  }
}
