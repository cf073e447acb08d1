import { acceptedLanguage } from '../../http/language.ts'
import { readCookie } from '../session/cookie.ts'
import type { Language } from '../text/language.ts'

/** What a person chose for this browser. */
export interface Prefs {
  language: Language
  /** Absent: as the system has it. */
  theme?: 'light' | 'dark'
  density: 'comfortable' | 'compact'
  /** The zone in which times are shown; absent until a script or a person has told the zone: UTC. */
  timeZone: string
  /** Times in UTC, although the zone is known. */
  utc: boolean
  /** Keys of the keyboard do something. */
  keys: boolean
  /** The name of the person, which actions name. */
  name?: string
}

const PREFS_COOKIE = 'tocsin-prefs'
/** Set by the script: the zone of the browser. */
const ZONE_COOKIE = 'tocsin-tz'
const LONGEST_NAME = 100
const YEAR_SECONDS = 365 * 24 * 3600

export function readPrefs(request: Request): Prefs {
  const given = new URLSearchParams(decoded(readCookie(request, PREFS_COOKIE)))
  const language = given.get('lang') ?? acceptedLanguage(request)
  const theme = given.get('theme')
  const name = given.get('name')?.trim().slice(0, LONGEST_NAME)
  const zone = decoded(readCookie(request, ZONE_COOKIE))
  return {
    language: language === 'zh' ? 'zh' : 'en',
    ...((theme === 'light' || theme === 'dark') && { theme }),
    density: given.get('density') === 'compact' ? 'compact' : 'comfortable',
    timeZone: isZone(zone) ? zone : 'UTC',
    utc: given.get('utc') === 'on',
    keys: given.get('keys') !== 'off',
    ...(name && { name }),
  }
}

/** The cookie of the choices. The cookie opens nothing, so a script may read the cookie. */
export function prefsCookie(choices: URLSearchParams): string {
  const kept = new URLSearchParams()
  for (const name of ['lang', 'theme', 'density', 'utc', 'keys', 'name']) {
    const value = choices.get(name)?.trim().slice(0, LONGEST_NAME)
    if (value) kept.set(name, value)
  }
  return `${PREFS_COOKIE}=${encodeURIComponent(kept.toString())}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax`
}

/** The choices of a request, to change one of them. */
export function choicesOf(request: Request): URLSearchParams {
  return new URLSearchParams(decoded(readCookie(request, PREFS_COOKIE)))
}

function decoded(text: string | undefined): string {
  try {
    return decodeURIComponent(text ?? '')
  } catch {
    return ''
  }
}

const zones = new Map<string, boolean>()

/** Zones of the browser are user input; making a format for each would be slow. */
function isZone(zone: string): boolean {
  const known = zones.get(zone)
  if (known !== undefined) return known
  let valid = zone !== '' && zone.length <= 64
  try {
    if (valid) new Intl.DateTimeFormat('en', { timeZone: zone })
  } catch {
    valid = false
  }
  if (zones.size < 1000) zones.set(zone, valid)
  return valid
}
