import type { Config } from '../../../../shared/config/config.ts'
import type { Shown as Entry } from '../../../../shared/document/sections/section.ts'
import type { Problem } from '../../../../shared/problem/problem.ts'
import type { ConsoleDeps, PageAsk } from '../page/ask.ts'
import type { Form } from '../page/form-data.ts'
import type { Html } from '../page/html.ts'
import type { Texts } from '../text/texts.ts'

/**
 * A part of an entry that a person builds in several requests. Buttons of the form change the part, and the form carries
 * the part until the entry is saved: nothing is stored in between.
 */
export interface Builder {
  begin(ask: PageAsk, entry: Entry, known: Known): Built
  /** The entry with the part as a form carries it, before the pressed button does anything. */
  carried(form: Form, entry: Entry): Promise<Entry>
  /** What the pressed button does. */
  press(ask: PageAsk, form: Form, entry: Entry, known: Known & Checking): Promise<Built>
  /** Whether the problem of a path is shown by the part. */
  owns(path: string): boolean
  /** The words for the part, or for one of its fields. */
  label(text: Texts, path?: string): string
  /** The part as a text, for a comparison of two versions. */
  textOf(entry: Entry): string
}

export interface Known {
  deps: ConsoleDeps
  config: Config
}

export interface Checking {
  /** The problems of an entry that is not saved yet. */
  check(entry: Entry): Promise<Problem[]>
}

export interface Built {
  entry: Entry
  /** What follows: the form again, what the change would do, or the change. */
  next: 'show' | 'plan' | 'save'
  /** Problems of what the person confirmed. */
  problems?: readonly Problem[]
  /** The part in the page, with its problems. */
  show(problems: readonly Problem[]): Html | Promise<Html>
}

/** The button that the key Enter presses: the first of a form. */
export const ENTER = 'enter'
