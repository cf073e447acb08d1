import { clip, hasRoom, type Room } from '../base/clip.ts'
import type { Steps } from '../base/steps.ts'
import type { ContentForm } from '../channel/content-form.ts'
import type { Rendered } from '../channel/send.ts'
import type { ContentText, KindContent } from '../config/content-template.ts'
import { placeOf } from '../jinja/problem.ts'
import { runTemplate } from '../jinja/run.ts'
import { type Form, PLAIN } from '../jinja/values/form.ts'
import { oneLine } from '../message-text/clean.ts'
import { type Language, WORDS } from '../message-text/words.ts'
import type { MessageView } from '../message-view/view.ts'
import type { Settings } from '../settings/field.ts'
import { bodiesOf } from './bodies.ts'
import { FUNCTIONS } from './functions.ts'
import { type ReadText, type ReadTexts, readText } from './read-text.ts'
import { type MessageVariables, messageVariables } from './variables.ts'

/** Steps of all runs of a message. Beyond, the built-in text is sent. */
const MESSAGE_STEPS = 1_000_000
/** Subjects and titles, as in the built-in text. */
const TITLE = { chars: 200 }

/** What is rendered, and how. The same values give the same words. */
export interface RenderInput {
  kind: ContentForm
  content: KindContent
  language: Language
  timeZone: string
  view: MessageView
  /** The page of the incident; absent: no link. */
  url?: string | undefined
  /** Whoever opens the page may claim the incident. */
  claims?: boolean
  /** Settings of the channel, in plain text; absent in a preview. */
  settings?: Settings
  /** Begins the ids of messages that are sent one by one: the target. */
  target?: string
}

export type RenderResult = { ok: true; rendered: Rendered } | { ok: false; reason: string }

/** The text for a language: the first text, where the template has none for the language. */
function textFor({ texts }: KindContent, language: Language): ContentText | undefined {
  return texts.find((text) => text.language === language) ?? texts[0]
}

/**
 * A message in the words of a content template: the content for each alert, the title once for all. Each step is a run
 * of a template, which is limited by itself; so is the work for all alerts of a message.
 */
export function* renderMessage(input: RenderInput, read: ReadTexts = readText): Steps<RenderResult> {
  const { kind, content, view, settings } = input
  const text = textFor(content, input.language)
  if (text === undefined) return { ok: false, reason: 'it has no text' }
  const [title, body] = [yield* read(text.title ?? ''), yield* read(text.content)]
  if (!title.ok || !body.ok) return { ok: false, reason: 'its text cannot be read any more' }
  const form = kind.form(body.begin, settings)
  const url = text.details === false ? undefined : input.url
  const options = { language: text.language, timeZone: input.timeZone, url }
  const runner = createRunner(options)
  const { titleForm = PLAIN } = kind
  const about = {
    form: titleForm,
    variables: messageVariables(view, { ...options, form: titleForm }),
    what: kind.title ?? '',
  }
  const titles: string[] = []
  const titled = kind.modes === 'single' ? view.alerts.length : 1
  for (let at = 0; at < titled && kind.title !== undefined && text.title !== undefined; at++) {
    const line = runner.run(title, text.title, about, at)
    if (!line.ok) return line
    titles.push(titleOf(line.text))
  }
  const variables = messageVariables(view, { ...options, form })
  const texts: string[] = []
  const count = text.scope === 'alerts' ? 1 : view.alerts.length
  for (let at = 0; at < count; at++) {
    const one = runner.run(body, text.content, { form, variables, what: 'content' }, at)
    yield RUN_UNITS
    if (!one.ok) return one
    texts.push(one.text)
  }
  if (texts.every((one) => one.trim() === '')) return { ok: false, reason: 'its content is empty' }
  const isForMachines = kind.modes !== undefined || kind.mostBytes !== undefined
  const words = isForMachines
    ? bodiesOf(
        { texts, titles, alerts: view.alerts },
        { kind, mode: content.mode, settings, target: input.target ?? '' },
      )
    : fitted(texts, input, { url, text, form })
  if (words === undefined) return { ok: false, reason: 'its content is too long' }
  return { ok: true, rendered: { ...(titles[0] === undefined ? {} : { title: titles[0] }), ...words } }
}

/** A run takes up to ten milliseconds. */
const RUN_UNITS = 5_000

function titleOf(text: string): string {
  return clip(oneLine(text), TITLE)
}

interface Run {
  form: Form
  variables: MessageVariables
  /** The name of the text, for a reason. */
  what: string
}

/** Runs of one message, which share the limit of the message. */
function createRunner({ language, timeZone }: { language: Language; timeZone: string }) {
  let left = MESSAGE_STEPS
  return {
    run(
      read: ReadText & { ok: true },
      source: string,
      { form, variables, what }: Run,
      at: number,
    ): { ok: true; text: string } | { ok: false; reason: string } {
      const scope = variables.of(at)
      const ran = runTemplate(read.body, {
        form,
        variables: scope,
        functions: FUNCTIONS,
        language,
        timeZone,
        most: left,
      })
      left -= ran.spent
      if (ran.ok) return ran
      const { line, column } = placeOf(source, ran.at)
      return { ok: false, reason: `${what}, line ${line}, column ${column}: ${ran.message}` }
    },
  }
}

/** The first texts that have room, the number of the others, and the link. Undefined: one alone has no room. */
function fitted(
  texts: readonly string[],
  { kind, view, claims }: RenderInput,
  { url, text, form }: { url: string | undefined; text: ContentText; form: Form },
): Omit<Rendered, 'title'> | undefined {
  const { between, room = {}, link } = kind
  const words = WORDS[text.language]
  const written = (count: number): string => {
    const left = text.scope === 'alerts' ? view.truncated : view.truncated + texts.length - count
    const parts = texts.slice(0, count)
    if (left > 0 && text.scope !== 'alerts') parts.push(form.escape(words.more(left), ''))
    const whole = parts.join(between)
    const linked = link === undefined || url === undefined || whole.includes(url)
    return linked ? whole : [whole, link.write(form.escape(claims ? words.claim : words.open, ''), url)].join(between)
  }
  const fits = (whole: string): boolean => hasRoom(kind.roomAsJson ? JSON.stringify(whole) : whole, room)
  for (let count = texts.length; count > 1; count--) {
    const whole = written(count)
    if (fits(whole)) return { content: whole }
  }
  const first = written(1)
  if (kind.tags === true) return fits(first) ? { content: first } : undefined
  return { content: clipped(first, room, fits) }
}

/** JSON writes some characters longer: the text is cut shorter until its JSON has room. */
function clipped(text: string, room: Room, fits: (text: string) => boolean): string {
  const { bytes = Number.POSITIVE_INFINITY, chars = Number.POSITIVE_INFINITY } = room
  for (let part = 1; part > 0.1; part *= 0.8) {
    const cut = clip(text, { bytes: bytes * part, chars: chars * part })
    if (fits(cut)) return cut
  }
  return ''
}
