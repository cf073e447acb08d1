import { clip } from '../base/clip.ts'
import { type AlertText, type Fact, isForPeople, type MessageText } from './text.ts'
import { type Language, WORDS } from './words.ts'

/**
 * The text of a message that tells of several notifications, which waited for a slot in the rate of a provider. Every
 * notification has a part, the worst first: a part has the name and the labels, and the rest as far as there is room.
 */
export function digestText(texts: readonly MessageText[], language: Language): MessageText {
  const words = WORDS[language]
  const sorted = texts.toSorted((one, other) => rank(one).localeCompare(rank(other)))
  const [worst] = sorted as [MessageText]
  const status = words.status[worst.status]
  const count = alertsOf(texts)
  const title = `${status}${words.colon}${words.together(texts.length)}`
  return {
    language,
    status: worst.status,
    level: worst.level,
    subject: `[${status}:${count}] ${worst.level} ${words.together(texts.length)}`,
    title,
    facts: [{ name: words.alerts, value: String(count) }],
    ...{ labels: [], annotations: [], references: [], left: 0 },
    alerts: sorted.map(partOf),
  }
}

function rank({ status, level }: Pick<MessageText, 'status' | 'level'>): string {
  return `${status === 'firing' ? 0 : 1} ${level}`
}

/** The alerts of the notifications together. */
function alertsOf(texts: readonly MessageText[]): number {
  return texts.reduce((sum, { alerts, left }) => sum + Math.max(1, alerts.length + left), 0)
}

function partOf({
  language,
  status,
  level,
  title,
  facts,
  labels,
  annotations,
  alerts,
  more,
  link,
}: MessageText): AlertText {
  const names = alerts.map((alert) => [alert.name, inline(alert.labels)].filter((text) => text !== '').join(' '))
  const named: Fact = {
    name: WORDS[language].named,
    value: [...names, ...(more === undefined ? [] : [more])].join('; '),
  }
  return {
    ...{ status, level, title, name: title, facts, labels },
    annotations: [...annotations.filter(isForPeople), ...(names.length === 0 ? [] : [named])],
    references: link === undefined ? [] : [{ name: link.text, host: new URL(link.url).host, url: link.url }],
  }
}

function inline(labels: readonly Fact[]): string {
  return labels.map(({ name, value }) => `${name}=${value}`).join(', ')
}

/** A form of the parts: characters of a name and of an annotation, and whether facts and links are shown. */
interface Form {
  name: number
  told: number
  facts: boolean
  links: boolean
}

const FORMS: readonly Form[] = [
  { name: 300, told: 500, facts: true, links: true },
  { name: 200, told: 150, facts: true, links: true },
  { name: 120, told: 0, facts: true, links: true },
  { name: 120, told: 0, facts: false, links: true },
  { name: 80, told: 0, facts: false, links: false },
  { name: 35, told: 0, facts: false, links: false },
]

/** The richest form of a digest that has room. No form leaves a notification out. `write`: undefined for no room. */
export function fitDigest<Message>(
  text: MessageText,
  write: (text: MessageText) => Message | undefined,
): Message | undefined {
  for (const { name, told, facts, links } of FORMS) {
    const alerts = text.alerts.map((part) => ({
      ...part,
      name: clip([part.name, inline(part.labels)].filter((some) => some !== '').join(' · '), { chars: name }),
      labels: [],
      facts: facts ? part.facts : [],
      annotations:
        told === 0 ? [] : part.annotations.map((one) => ({ ...one, value: clip(one.value, { chars: told }) })),
      references: links ? part.references : [],
    }))
    const message = write({ ...text, alerts })
    if (message !== undefined) return message
  }
  return undefined
}
