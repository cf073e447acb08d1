import { timingSafeEqual } from 'node:crypto'
import type { Millis } from '../base/time.ts'
import type { Integration } from '../config/config.ts'
import type { SecretBox } from '../secret/seal.ts'

/**
 * The secret part of an integration's URL, `tsn_` and base64url of: format (1) · length and text of the account id · of
 * the integration id · generation (u32) · MAC (32). The token is derived, not stored: the API can show the token again
 * at every request, and a leaked table contains no token. Raising the generation makes the older tokens worthless.
 */
export interface TokenClaims {
  account: string
  integration: string
  generation: number
}

/** Tokens need only the MAC of the secret box: HMAC-SHA256 under a key of its own. */
export type TokenSecrets = Pick<SecretBox, 'mac'>

const PREFIX = 'tsn_'
const FORMAT = 1
const MAC_BYTES = 32
const LONGEST_TOKEN = 512

export function integrationToken(
  secrets: TokenSecrets,
  account: string,
  integration: string,
  generation: number,
): string {
  const claims = { account, integration, generation }
  const bytes = Buffer.concat([encodeClaims(claims), macOf(secrets, claims)])
  return PREFIX + bytes.toString('base64url')
}

/**
 * The reader looks no id up, so the time taken reveals neither whether an account exists nor whether an integration
 * does. A text that is no token costs a MAC like every other text.
 */
export function readToken(secrets: TokenSecrets, token: string): TokenClaims | undefined {
  const bytes = decode(token)
  const claims = bytes === undefined ? undefined : decodeClaims(bytes)
  const expected = macOf(secrets, claims ?? NO_CLAIMS)
  const given = claims === undefined ? Buffer.alloc(MAC_BYTES) : bytes!.subarray(-MAC_BYTES)
  const equal = timingSafeEqual(given, expected)
  return equal ? claims : undefined
}

/**
 * `readToken` for a function that sees the same few tokens all day: a MAC is half the cost of a small post. Only
 * genuine tokens are remembered, so every other text still costs the same.
 */
export function createTokenReader(secrets: TokenSecrets): (token: string) => TokenClaims | undefined {
  const genuine = new Map<string, TokenClaims>()
  return (token) => {
    const known = genuine.get(token)
    if (known !== undefined) return known
    const claims = readToken(secrets, token)
    if (claims === undefined) return undefined
    if (genuine.size >= MAX_REMEMBERED) genuine.clear()
    genuine.set(token, claims)
    return claims
  }
}

const MAX_REMEMBERED = 1000

/**
 * Whether a genuine token still opens its integration. A token newer than the configuration at hand is accepted: in
 * that case the configuration is late, not the token.
 */
export function isCurrent(
  { generation }: Pick<TokenClaims, 'generation'>,
  integration: Pick<Integration, 'generation' | 'previous'>,
  now: Millis,
): boolean {
  if (generation >= integration.generation) return true
  const { previous } = integration
  return previous !== undefined && generation === previous.generation && now < previous.until
}

export function integrationUrl(publicUrl: string, token: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/i/${token}`
}

const NO_CLAIMS: TokenClaims = { account: '', integration: '', generation: 0 }

function macOf(secrets: TokenSecrets, { account, integration, generation }: TokenClaims): Buffer {
  return secrets.mac('integration-token', account, integration, String(generation))
}

/** Only the spelling that this program writes is read: Buffer would also accept other letters for the same bytes. */
function decode(token: string): Buffer | undefined {
  if (!token.startsWith(PREFIX) || token.length > LONGEST_TOKEN) return undefined
  const text = token.slice(PREFIX.length)
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

function encodeClaims({ account, integration, generation }: TokenClaims): Buffer {
  const number = Buffer.alloc(4)
  number.writeUInt32BE(generation)
  return Buffer.concat([Buffer.of(FORMAT), lengthAndText(account), lengthAndText(integration), number])
}

function lengthAndText(text: string): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length === 0 || bytes.length > 150) throw new Error('an id in a token has 1 to 150 bytes')
  return Buffer.concat([Buffer.of(bytes.length), bytes])
}

function decodeClaims(bytes: Buffer): TokenClaims | undefined {
  const accountEnd = 2 + (bytes[1] ?? 0)
  const integrationEnd = accountEnd + 1 + (bytes[accountEnd] ?? 0)
  if (bytes[0] !== FORMAT || bytes.length !== integrationEnd + 4 + MAC_BYTES) return undefined
  return {
    account: bytes.toString('utf8', 2, accountEnd),
    integration: bytes.toString('utf8', accountEnd + 1, integrationEnd),
    generation: bytes.readUInt32BE(integrationEnd),
  }
}
