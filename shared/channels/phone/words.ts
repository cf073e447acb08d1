import { clip } from '../../base/clip.ts'
import type { ToSend } from '../../channel/send.ts'
import { wallText } from '../../interval/zone.ts'
import { oneLine } from '../../message-text/clean.ts'
import { digestText } from '../../message-text/digest.ts'
import { messageText } from '../../message-text/text.ts'
import { WORDS } from '../../message-text/words.ts'
import { viewOf } from '../../message-view/view.ts'
import type { Reader } from './number.ts'

/** What an approved template of a provider can be told of a notification. */
export const PHONE_WORDS = ['name', 'status', 'level', 'count', 'time', 'policy', 'content'] as const

export type PhoneWords = Record<(typeof PHONE_WORDS)[number], string>

/** In the language and the time zone of the reader. `content`: the whole message, or the words of a content template. */
export function phoneWords(
  { notification, rendered, note, digest }: Pick<ToSend, 'notification' | 'rendered' | 'note' | 'digest'>,
  { language, timeZone }: Pick<Reader, 'language' | 'timeZone'>,
): PhoneWords {
  if (digest !== undefined) return digestWords(digest, { language, timeZone })
  const view = viewOf(notification)
  const { title, level } = messageText(view, { language, timeZone })
  const words = WORDS[language]
  const status = words.status[view.status]
  const count = String(view.alerts.length + view.truncated)
  const [timeName, at] = view.status === 'firing' ? [words.began, view.startsAt] : [words.ended, view.endsAt]
  const time = at === undefined ? '' : wallText(at, timeZone)
  const facts = [
    [words.level, level],
    [words.alerts, count],
    [timeName, time],
  ].flatMap(([name, value]) => (value === '' ? [] : [`${name}${words.colon}${value}`]))
  const builtIn = [title, ...facts, ...(note === undefined ? [] : [note])].join(', ')
  const name = title.slice(`${status}${words.colon}`.length)
  const policy = view.policy?.name ?? ''
  return mapped({ name, status, level, count, time, policy, content: rendered?.content ?? builtIn }, linkless)
}

/** The words of a message that tells of several notifications: their names, the worst first, as far as there is room. */
function digestWords(
  digest: NonNullable<ToSend['digest']>,
  { language, timeZone }: Pick<Reader, 'language' | 'timeZone'>,
): PhoneWords {
  const views = digest.map(({ notification }) => viewOf(notification))
  const words = WORDS[language]
  const { status, level, title, alerts, facts } = digestText(
    views.map((view) => messageText(view, { language, timeZone })),
    language,
  )
  const begins = views.flatMap(({ startsAt }) => (startsAt === undefined ? [] : [startsAt]))
  const time = begins.length === 0 ? '' : wallText(Math.min(...begins), timeZone)
  const names = alerts.map((one) => `${one.level} ${one.title}`).join('; ')
  const policies = new Set(views.map(({ policy }) => policy?.name ?? ''))
  return mapped(
    {
      ...{ name: words.together(digest.length), status: words.status[status], level, time },
      count: facts[0]?.value ?? '',
      policy: policies.size === 1 ? [...policies].join('') : '',
      content: `${title}; ${names}`,
    },
    linkless,
  )
}

/** Each word within a number of characters; a word of nothing is a dash, because templates refuse empty words. */
export function shortWords(words: PhoneWords, chars: number): PhoneWords {
  return mapped(words, (word) => clip(word, { chars }) || '-')
}

/** A phone makes a link of every host in a message, and providers refuse messages with links. */
function linkless(text: string): string {
  return oneLine(text)
    .replace(/\b[a-z][a-z0-9+.-]{1,20}:\/\/\S*/gi, '…')
    .replace(/(?<=[\p{L}\p{N}])\.(?=\p{L})/gu, '. ')
    .replace(/\d{1,3}(?:\.\d{1,3}){3}/g, (address) => address.replaceAll('.', '. '))
}

function mapped(words: PhoneWords, change: (word: string) => string): PhoneWords {
  return Object.fromEntries(PHONE_WORDS.map((name) => [name, change(words[name])])) as PhoneWords
}
