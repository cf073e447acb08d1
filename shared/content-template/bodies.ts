import { digest } from '../base/hash.ts'
import type { ContentForm } from '../channel/content-form.ts'
import type { Rendered, RenderedMessage } from '../channel/send.ts'
import type { KindContent } from '../config/content-template.ts'
import type { AlertView } from '../message-view/view.ts'
import type { Settings } from '../settings/field.ts'

/** The texts of a message, a text for each alert, with the titles of the texts. */
interface Texts {
  texts: readonly string[]
  titles: readonly string[]
  alerts: readonly AlertView[]
}

interface BodyOptions {
  kind: ContentForm
  mode: KindContent['mode']
  settings: Settings | undefined
  target: string
}

/**
 * The bodies for a machine: each alert by itself, all as a JSON array, or all texts one after the other. Texts with more
 * characters than a body takes go in several bodies, so every alert is told. The same texts give the same bodies and ids.
 * Undefined: a text alone has no room.
 */
export function bodiesOf(
  { texts, titles, alerts }: Texts,
  { kind, mode = 'single', settings, target }: BodyOptions,
): Omit<Rendered, 'title'> | undefined {
  const isArray = kind.modes === 'batch' || (kind.modes === true && mode === 'batch')
  const pieces = isArray && !texts.every(isJson) ? texts.map((text) => JSON.stringify(text)) : texts
  const between = isArray ? ',' : kind.between
  const most = (kind.mostBytes?.(settings) ?? Number.POSITIVE_INFINITY) - (isArray ? '[]'.length : 0)
  const isSingle = kind.modes !== undefined && !isArray
  const groups = inGroups(pieces, { most, between, apart: isSingle })
  if (groups === undefined) return undefined
  const messages = groups.map((places): RenderedMessage => {
    const [first = 0] = places
    const text = places.map((place) => pieces[place]).join(between)
    const id = messageId(target, alerts.slice(first, first + places.length))
    return { id, ...(isSingle && titles[first] && { title: titles[first] }), content: isArray ? `[${text}]` : text }
  })
  return { content: messages[0]?.content ?? '', ...((isSingle || messages.length > 1) && { single: messages }) }
}

/** Places of the pieces that go together. */
function inGroups(
  pieces: readonly string[],
  { most, between, apart }: { most: number; between: string; apart: boolean },
): number[][] | undefined {
  const groups: number[][] = []
  let used = 0
  for (const [place, piece] of pieces.entries()) {
    const bytes = Buffer.byteLength(piece)
    if (bytes > most) return undefined
    const more = bytes + between.length
    const last = groups.at(-1)
    if (last === undefined || apart || used + more > most) {
      groups.push([place])
      used = bytes
    } else {
      last.push(place)
      used += more
    }
  }
  return groups
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The same for the same state of the alerts, in whichever delivery: a receiver that drops known ids hears a state once. */
function messageId(target: string, alerts: readonly AlertView[]): string {
  const state = alerts.flatMap(({ fingerprint, startsAt, status, endsAt = 0 }) => [
    ...[fingerprint, String(startsAt), status, String(endsAt)],
  ])
  return `msg-${digest([target, ...state], 32)}`
}
