import type { Config } from '../../../../shared/config/config.ts'
import type { Collection, Shown as Entry } from '../../../../shared/document/sections/section.ts'
import type { PageAsk, Shown } from '../page/ask.ts'
import type { Html } from '../page/html.ts'
import type { Place } from '../page/shell.ts'
import type { Input } from '../parts/form.ts'
import type { Texts } from '../text/texts.ts'
import type { Builder } from './builder.ts'

/** How the console shows and changes the entries of a section of the document. */
export interface EntrySpec {
  collection: Collection
  /** The path of the list; a new entry is at `/new` below it, an entry at `/{id}/edit`. */
  path: string
  nav: Place
  words(text: Texts): EntryWords
  /** The inputs of a form. `isNew`: the entry is not stored yet. */
  inputs(ask: PageAsk, entry: Entry, context: { config: Config; isNew: boolean }): Input[]
  /** A new entry to begin with; undefined: the query asks for an unknown kind. */
  blank(ask: PageAsk): Entry | undefined
  /** The text that a new id is made of, when none was given. */
  nameOf(entry: Entry): string
  /** The list, after a change. */
  list?(entry: Entry): string
  /** A single group of the form is open at a time. */
  tabs?: boolean
  /** Files of styles that the content below the form needs. */
  styles?: Shown['styles']
  /** Content below the form; a new entry has no id. */
  below?(ask: PageAsk, entry: Entry, config: Config): Html | Promise<Html>
  /** A part that several requests build. */
  builder?: Builder
  /** The form of a stored entry leads to the question before its deletion. */
  removable?: boolean
  /** Absent: the form has the entry as the document has it. */
  shape?: Shape
}

/** An entry as a form has the entry, where the document has another shape. */
export interface Shape {
  show(entry: Entry): Entry
  read(shown: Entry): Entry
  /** The name of the input of a problem, by the path in the entry of the document. */
  place(path: string, entry: Entry): string
}

export interface EntryWords {
  add(entry: Entry): string
  edit(name: string): string
  remove(name: string): string
  removeSays: string
}
