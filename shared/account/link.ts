import { timingSafeEqual } from 'node:crypto'
import { DAY, type Millis } from '../base/time.ts'
import type { DetailsPage } from '../delivery/details-page.ts'
import type { SecretBox } from '../secret/seal.ts'

/**
 * A link that shows an incident to a reader without a key: `tsl_`, base64url of the claims as JSON, a dot and base64url
 * of the claims' MAC (HMAC-SHA256 under a key of its own). No part of a link is stored. A link ends by its own time, or
 * when the links made before a moment are revoked (`store/revoked-links.ts`).
 */
export interface LinkClaims {
  account: string
  incident: string
  /** The rights of the link beside showing the incident. */
  rights: LinkRight[]
  madeAt: Millis
  endsAt: Millis
}

export const LINK_RIGHTS = ['claim', 'comment', 'close'] as const
export type LinkRight = (typeof LINK_RIGHTS)[number]

export type LinkSecrets = Pick<SecretBox, 'mac'>

/** Links are passed on and lie in mailboxes, so no link works for longer. */
export const LONGEST_LINK_MS = 7 * DAY

const PREFIX = 'tsl_'
const MAC_BYTES = 32
const LINK_CHARS = 1024

export function signLink(secrets: LinkSecrets, claims: LinkClaims): string {
  const { account, incident, rights, madeAt, endsAt } = claims
  const text = Buffer.from(JSON.stringify([account, incident, rights, madeAt, endsAt])).toString('base64url')
  return `${PREFIX}${text}.${macOf(secrets, text).toString('base64url')}`
}

/**
 * Undefined for every wrong link: forged, changed, of another installation, ended. No look-up happens, and no claim is
 * read before the MAC is found right, so the time taken reveals nothing to an attacker.
 */
export function readLink(secrets: LinkSecrets, link: string, now: Millis): LinkClaims | undefined {
  const [, text = '', given = ''] = (link.length > LINK_CHARS ? null : SHAPE.exec(link)) ?? []
  const mac = Buffer.from(given, 'base64url')
  const expected = macOf(secrets, text)
  const equal = timingSafeEqual(mac.length === MAC_BYTES ? mac : Buffer.alloc(MAC_BYTES), expected)
  // Base64 has several spellings of the same bytes; only ours was given out.
  if (!equal || mac.toString('base64url') !== given) return undefined
  const [account, incident, rights, madeAt, endsAt] = JSON.parse(Buffer.from(text, 'base64url').toString())
  return now < endsAt ? { account, incident, rights, madeAt, endsAt } : undefined
}

export function linkUrl(publicUrl: string, link: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/l/${link}`
}

/** The page of the incident, for people. The page has the same URL for the whole life of the incident. */
export function incidentUrl(publicUrl: string, incident: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/incidents/${encodeURIComponent(incident)}`
}

/** `claims`: whoever opens the link may claim the incident. */
export interface DetailsLink {
  url: string
  claims: boolean
}

/**
 * A signed link shows the incident, which the readers of the message read of anyway. The link gives a right to act only if
 * the action or the channel says so, and while nobody has in hand what fires. `usual`: the page that the channel wants,
 * where the action of the policy names none.
 */
export function detailsLink(
  usual: DetailsPage,
  { status, incident }: { status: string; incident?: { id: string; handler?: string } },
  { account, begunAt, details: page = usual }: { account: string; begunAt: Millis; details?: DetailsPage },
  { publicUrl, secrets }: { publicUrl: string; secrets: LinkSecrets },
): DetailsLink | undefined {
  if (page === 'none' || incident === undefined) return undefined
  if (page === 'page') return { url: incidentUrl(publicUrl, incident.id), claims: false }
  const claims = page === 'claim' && status === 'firing' && incident.handler === undefined
  const rights: LinkRight[] = claims ? ['claim'] : []
  const link = { account, incident: incident.id, rights, madeAt: begunAt, endsAt: begunAt + LONGEST_LINK_MS }
  return { url: linkUrl(publicUrl, signLink(secrets, link)), claims }
}

const SHAPE = new RegExp(`^${PREFIX}([\\w-]+)\\.([\\w-]+)$`)

/** MAC of the text as written in the link, so a link has a single spelling. */
function macOf(secrets: LinkSecrets, text: string): Buffer {
  return secrets.mac('incident-link', text)
}
