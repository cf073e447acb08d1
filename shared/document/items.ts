import type { Config } from '../config/config.ts'
import type { Sections } from '../config/sections.ts'
import { type Problem, shown } from '../problem/problem.ts'
import type { SecretBox } from '../secret/seal.ts'
import { parseNative } from './native.ts'
import { maskRule } from './rules.ts'
import { maskChannel, maskIntegration, maskPolicy } from './show.ts'

/*
 * One thing of a section by itself. The section is written as the document would show it, with the thing in
 * it, and read as a document: what it may be, how its secrets are kept and what may not be broken by it is
 * the document's to say.
 */

export type Section = 'integrations' | 'channels' | 'policies' | 'rules'

type Shown = Record<string, unknown>

/** What one of them is called, and how they are shown. */
export const SECTIONS: Record<Section, { one: string; shownIn(sections: Sections): Shown[] }> = {
  integrations: { one: 'integration', shownIn: ({ integrations }) => integrations.map(maskIntegration) },
  channels: { one: 'channel', shownIn: ({ channels }) => channels.map(maskChannel) },
  policies: { one: 'policy', shownIn: ({ policies }) => policies.map(maskPolicy) },
  rules: { one: 'rule', shownIn: ({ rules }) => rules.map(maskRule) },
}

export type ItemMade =
  | { ok: true; next: Sections }
  | { ok: false; reason: 'unknown' }
  | { ok: false; reason: 'exists' }
  /** Paths are the thing's own. */
  | { ok: false; reason: 'invalid'; problems: Problem[] }
  /** The account would not be whole without it: who needs it. */
  | { ok: false; reason: 'needed'; problems: Problem[] }

export function createItem(section: Section, given: unknown, current: Config, secrets: SecretBox): ItemMade {
  if (!isMapping(given)) return notMapping()
  if (current[section].some(({ id }) => id === given.id)) return { ok: false, reason: 'exists' }
  const list = SECTIONS[section].shownIn(current)
  return readWith(section, [...list, given], list.length, current, secrets)
}

/** As it is given, whole: what is left out gets its default. Its id stays, and need not be repeated. */
export function replaceItem(
  section: Section,
  id: string,
  given: unknown,
  current: Config,
  secrets: SecretBox,
): ItemMade {
  const place = current[section].findIndex((one) => one.id === id)
  if (place < 0) return { ok: false, reason: 'unknown' }
  if (!isMapping(given)) return notMapping()
  if (given.id !== undefined && given.id !== id) {
    return {
      ok: false,
      reason: 'invalid',
      problems: [{ path: 'id', message: `is ${shown(id)} and cannot be changed` }],
    }
  }
  const list = SECTIONS[section].shownIn(current)
  return readWith(section, list.with(place, { ...given, id }), place, current, secrets)
}

export function removeItem(section: Section, id: string, current: Config, secrets: SecretBox): ItemMade {
  if (!current[section].some((one) => one.id === id)) return { ok: false, reason: 'unknown' }
  const list = SECTIONS[section].shownIn(current).filter((one) => one.id !== id)
  const made = readWith(section, list, undefined, current, secrets)
  if (!made.ok) return made.reason === 'invalid' ? { ...made, reason: 'needed' } : made
  if (!made.next[section].some((one) => one.id === id)) return made
  const message = section === 'integrations' ? 'every account has it' : 'it belongs to the imported route'
  return { ok: false, reason: 'needed', problems: [{ path: '', message }] }
}

function readWith(
  section: Section,
  list: readonly Shown[],
  place: number | undefined,
  current: Config,
  secrets: SecretBox,
): ItemMade {
  const read = parseNative({ [section]: list }, current, secrets)
  if (read.ok) return read
  const problems = read.problems.map((problem) => seenFrom(section, list, place, problem))
  return { ok: false, reason: 'invalid', problems }
}

const IN_LIST = /^\w+\[(\d+)\]\.?(.*)$/s

/** A problem of the document, as whoever sent the one thing sees it: a problem elsewhere says where. */
function seenFrom(section: Section, list: readonly Shown[], place: number | undefined, problem: Problem): Problem {
  const { path, message } = problem
  const found = path.startsWith(`${section}[`) ? IN_LIST.exec(path) : null
  if (found === null) return { path: '', message }
  const [, index, rest = ''] = found
  if (Number(index) === place) return { path: rest, message }
  const who = `${SECTIONS[section].one} ${shown(String(list[Number(index)]?.id))}`
  return { path: '', message: [who, ...(rest === '' ? [] : [rest]), message].join(': ') }
}

function isMapping(given: unknown): given is Shown {
  return typeof given === 'object' && given !== null && !Array.isArray(given)
}

function notMapping(): ItemMade {
  return { ok: false, reason: 'invalid', problems: [{ path: '', message: 'expected a mapping' }] }
}
