import { clip, hasRoom, type Room } from '../base/clip.ts'
import { richest } from '../base/fitting.ts'
import type { Amount, Fact, MessageText } from './text.ts'
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
  return fitForm(text, written) ?? clip(text.title, room)
}

/** The same for messages of any form. `write`: undefined where the form is too large. Undefined: no form has room. */
export function fitForm<Form>(text: MessageText, write: (text: MessageText) => Form | undefined): Form | undefined {
  const spare = text.alerts.length - 1
  const some = spare < 0 ? write(text) : richest(spare, (more) => write(showing(text, more + 1)))
  if (some !== undefined) return some
  for (const form of poorer(text)) {
    const one = write(form)
    if (one !== undefined) return one
  }
  return undefined
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

/** The forms with one alert, from the largest form on. */
const SHORTER: readonly Amount[] = [
  { chars: 300, values: 12 },
  { chars: 100, values: 6 },
  { chars: 40, values: 2 },
]
const SHORT_TITLE = 100

function* poorer(text: MessageText): Generator<MessageText> {
  const one = showing(text, 1)
  for (const amount of SHORTER) {
    const short = shortened(one, amount)
    const alerts = one.alerts.map((alert) => ({
      ...alert,
      ...shortened(alert, amount),
      title: clip(alert.title, amount),
      facts: alert.facts,
    }))
    yield { ...one, ...short, alerts }
  }
  const none = { ...showing(text, 0), labels: [], annotations: [], references: [] }
  yield { ...none, facts: none.facts.map(({ name, value }) => ({ name, value: clip(value, { chars: 40 }) })) }
  yield { ...none, facts: [] }
  yield { ...none, facts: [], title: clip(text.title, { chars: SHORT_TITLE }) }
}

function shortened<Part extends Pick<MessageText, 'facts' | 'labels' | 'annotations' | 'references'>>(
  { facts, labels, annotations, references }: Part,
  { chars, values }: Amount,
): Pick<MessageText, 'facts' | 'labels' | 'annotations' | 'references'> {
  const short = (some: readonly Fact[]): Fact[] =>
    some.slice(0, values).map(({ name, value }) => ({ name: clip(name, { chars }), value: clip(value, { chars }) }))
  return {
    facts: short(facts),
    labels: short(labels),
    annotations: short(annotations),
    references: references.slice(0, values).filter(({ url }) => url.length <= chars),
  }
}
