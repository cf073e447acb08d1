import type { AlertView } from '../message-view/view.ts'
import { oneLine } from './clean.ts'
import type { Words } from './words.ts'

/** A link that an alert brings along. The host is shown, because the alert and not Tocsin chose the address. */
export interface Reference {
  name: string
  host: string
  url: string
}

/** Annotations that hold an address for people, as senders name the annotations. */
const NAMES: readonly [RegExp, 'runbook' | 'dashboard'][] = [
  [/^runbook(?:_?url)?$/i, 'runbook'],
  [/^dashboard(?:_?url)?$/i, 'dashboard'],
]

/** A name, or an address, with a port. The parser of URLs takes more. */
const HOST = /^(?:[\w-]+(?:\.[\w-]+)*\.?|\[[\da-f:.]+\])(?::\d+)?$/
/** A longer address has no room in a message, and is shown as a text. */
const URL_CHARS = 1000

/** The annotations of an alert, divided into links and texts. */
export function referencesOf(
  { annotations, generatorURL = '' }: Pick<AlertView, 'annotations' | 'generatorURL'>,
  words: Words,
): { references: Reference[]; texts: [string, string][] } {
  const references: Reference[] = []
  const add = (word: 'runbook' | 'dashboard' | 'source', address: string): boolean => {
    const reference = referenceTo(words[word], address)
    if (reference !== undefined) references.push(reference)
    return reference !== undefined
  }
  const texts = Object.entries(annotations).filter(([name, value]) => {
    const word = NAMES.find(([pattern]) => pattern.test(name))?.[1]
    return word === undefined || !add(word, value)
  })
  add('source', generatorURL)
  return { references, texts }
}

function referenceTo(name: string, address: string): Reference | undefined {
  const url = webUrl(address)
  return url === undefined ? undefined : { name, host: new URL(url).host, url }
}

/**
 * Only addresses of the web become links, and none with a user before the host, which readers take for the host.
 * Characters that end a link in Markdown, HTML or Slack's markup are written as escapes.
 */
export function webUrl(address: string): string | undefined {
  const text = oneLine(address)
  const url = text.length <= URL_CHARS && /^https?:\/\//i.test(text) ? URL.parse(text) : null
  if (url === null || url.username !== '' || url.password !== '') return undefined
  const { origin, host, href } = url
  if (!HOST.test(host)) return undefined
  return origin + href.slice(origin.length).replace(/[()[\]<>{}"'`|*^!]/g, escapeCode)
}

function escapeCode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
