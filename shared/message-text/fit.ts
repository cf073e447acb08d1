import { clip, hasRoom, type Room } from '../base/clip.ts'
import { richest } from '../base/fitting.ts'
import type { Fact, MessageText } from './text.ts'
import { WORDS } from './words.ts'

/**
 * The message as a channel writes it, within the room that the channel has. Alerts are left out from the last on, and
 * the message says how many more there are. Where not even one alert has room, values are shortened, then the facts are
 * left out. The title and the link stay. A form of the message is written and measured as a whole, so `write` may add
 * any markup, and nothing is cut inside of markup.
 */
export function fitText(text: MessageText, room: Room, write: (text: MessageText) => string): string {
  const written = (form: MessageText): string | undefined => {
    const one = write(form)
    return hasRoom(one, room) ? one : undefined
  }
  const spare = text.alerts.length - 1
  const some = spare < 0 ? written(text) : richest(spare, (more) => written(showing(text, more + 1)))
  if (some !== undefined) return some
  for (const form of poorer(text)) {
    const one = written(form)
    if (one !== undefined) return one
  }
  return clip(text.title, room)
}

/** The message with the first alerts only; the others are counted. */
function showing(text: MessageText, alerts: number): MessageText {
  const left = text.left + Math.max(0, text.alerts.length - alerts)
  return {
    ...text,
    left,
    alerts: text.alerts.slice(0, alerts),
    ...(left > 0 && { more: WORDS[text.language].more(left) }),
  }
}

/** Characters of a value, and values of an alert, in the forms with one alert: from the largest form on. */
const SHORTER = [
  { chars: 300, values: 12 },
  { chars: 100, values: 6 },
  { chars: 40, values: 2 },
]
const SHORT_TITLE = 100

function* poorer(text: MessageText): Generator<MessageText> {
  const one = showing(text, 1)
  for (const { chars, values } of SHORTER) {
    const short = (facts: readonly Fact[]): Fact[] =>
      facts.slice(0, values).map(({ name, value }) => ({ name: clip(name, { chars }), value: clip(value, { chars }) }))
    const alerts = one.alerts.map(({ title, annotations, facts, labels }) => ({
      title: clip(title, { chars }),
      annotations: short(annotations),
      facts,
      labels: short(labels),
    }))
    yield { ...one, facts: short(text.facts), alerts }
  }
  const none = showing(text, 0)
  yield { ...none, facts: none.facts.map(({ name, value }) => ({ name, value: clip(value, { chars: 40 }) })) }
  yield { ...none, facts: [] }
  yield { ...none, facts: [], title: clip(text.title, { chars: SHORT_TITLE }) }
}
