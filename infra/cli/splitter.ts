/*
 * Cuts a stream of JSON text into the records that it holds, without ever having more of it than one record
 * and one chunk. It takes objects one after the other (NDJSON, or spread over lines), lists of objects, and
 * what CloudTrail delivers, `{"Records":[…]}`; these may follow each other, too.
 *
 * States: `between`: nothing is open; a list or an object may begin. `list`: inside a list of records.
 * `record`: inside an object that will be handed over. `rest`: behind the `Records` of an object, until its
 * bracket; what else it has is passed over.
 *
 * A damaged line must not swallow the lines behind it. When an object does not end, everything behind its
 * first line is cut again, from then on line by line: an object has to end with its line.
 */

/** Far longer than any record of a trail (CloudTrail: 256 KB), and shorter than what hurts. */
const MAX_RECORD_CHARS = 16 * 1024 * 1024

export interface Splitter {
  push(text: string): void
  /** Nothing comes any more. */
  end(): void
}

export interface Found {
  /** The text of an object; it need not be JSON. Lines count from 1. */
  record(text: string, line: number): void
  damaged(line: number, reason: string): void
}

interface Cut {
  text: string
  at: number
  line: number
  state: 'between' | 'list' | 'record' | 'rest'
  /** In what the open record or list is. */
  within: 'nothing' | 'list' | 'records'
  start: number
  startLine: number
  depth: number
  inString: boolean
  /** The first line end at or behind `at`; past the text when there is none. */
  newline: number
  lineByLine: boolean
  /** A damaged line goes on in the next chunk. */
  skipping: boolean
  ended: boolean
  found: Found
}

const NEWLINE = 10
const SPACE = 32
const QUOTE = 34
const COMMA = 44
const LIST_OPEN = 91
const BACKSLASH = 92
const LIST_CLOSE = 93
const OPEN = 123
const CLOSE = 125

export function createSplitter(found: Found, maxChars: number = MAX_RECORD_CHARS): Splitter {
  const places = { text: '', at: 0, line: 1, start: 0, startLine: 1, depth: 0, newline: -1 }
  const flags = { inString: false, lineByLine: false, skipping: false, ended: false }
  const cut: Cut = { ...places, ...flags, state: 'between', within: 'nothing', found }
  return {
    push(text) {
      forget(cut)
      cut.text += text
      run(cut)
      if (cut.state === 'record' && cut.text.length - cut.start > maxChars) {
        damage(cut, `a record is longer than ${maxChars} characters`)
        run(cut)
      }
    },
    end() {
      cut.ended = true
      run(cut)
      while (isAlone(cut)) {
        damage(cut, 'the text ends in the middle of a record')
        run(cut)
      }
      if (cut.state !== 'between') found.damaged(cut.line, 'the text ends in the middle of a list')
    },
  }
}

/** Drops the text that is done with. */
function forget(cut: Cut): void {
  const from = cut.state === 'record' ? cut.start : cut.at
  cut.text = cut.text.slice(from)
  cut.at -= from
  cut.start -= from
  cut.newline = -1
}

function run(cut: Cut): void {
  if (cut.skipping) behindLine(cut, cut.at)
  let goesOn = true
  while (goesOn && cut.at < cut.text.length) {
    if (cut.state === 'between' || cut.state === 'list') goesOn = outside(cut)
    else goesOn = cut.inString ? string(cut) : inside(cut)
  }
}

/** An object whose first key is `Records`, up to the bracket of its list; other objects with it are told by who reads them. */
const WRAPPER = /\{\s*"Records"\s*:\s*\[/y
/** What has to be there of an object before it is known to be none; more space than anybody writes. */
const WRAPPER_CHARS = 64

/** Reads one character outside of objects; false: it takes more text to tell what it is. */
function outside(cut: Cut): boolean {
  const code = cut.text.charCodeAt(cut.at)
  const inList = cut.state === 'list'
  if (code === NEWLINE) cut.line++
  if (code <= SPACE || (code === COMMA && (inList || cut.lineByLine))) cut.at++
  else if (inList && code === LIST_CLOSE) closeList(cut)
  else if (cut.lineByLine && (code === LIST_CLOSE || code === CLOSE)) cut.at++
  else if (!inList && code === LIST_OPEN) openList(cut, 'list', 1)
  else if (code !== OPEN) {
    open(cut)
    damage(cut, `${JSON.stringify(cut.text[cut.at])} does not begin a record`)
  } else if (inList) open(cut)
  else {
    if (!cut.ended && cut.text.length - cut.at < WRAPPER_CHARS) return false
    WRAPPER.lastIndex = cut.at
    const wrapper = WRAPPER.exec(cut.text)
    if (wrapper) openList(cut, 'records', wrapper[0].length)
    else open(cut)
  }
  return true
}

function openList(cut: Cut, within: Cut['within'], chars: number): void {
  for (const character of cut.text.slice(cut.at, cut.at + chars)) if (character === '\n') cut.line++
  cut.start = cut.at
  cut.startLine = cut.line
  cut.state = 'list'
  cut.within = within
  cut.at += chars
}

function closeList(cut: Cut): void {
  cut.state = cut.within === 'records' ? 'rest' : 'between'
  cut.within = 'nothing'
  cut.depth = 1
  cut.at++
}

function open(cut: Cut): void {
  if (cut.state === 'between') cut.within = 'nothing'
  cut.state = 'record'
  cut.start = cut.at
  cut.startLine = cut.line
  cut.depth = 0
}

/** Reads an object up to its end, its next string, or the end of the text. */
function inside(cut: Cut): boolean {
  const { text } = cut
  for (let at = cut.at; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      cut.inString = true
      cut.at = at + 1
      return true
    }
    if (code === OPEN || code === LIST_OPEN) cut.depth++
    else if ((code === CLOSE || code === LIST_CLOSE) && --cut.depth === 0) return close(cut, at + 1)
    else if (code === NEWLINE) {
      if (cut.lineByLine && isAlone(cut)) return damage(cut, 'a record does not end with its line')
      cut.line++
    }
  }
  cut.at = text.length
  return false
}

/** An object of its own: neither in a list, nor one that holds the list. */
function isAlone(cut: Cut): boolean {
  return cut.state === 'record' && cut.within === 'nothing'
}

function close(cut: Cut, end: number): boolean {
  cut.at = end
  if (cut.state === 'record') cut.found.record(cut.text.slice(cut.start, cut.at), cut.startLine)
  cut.state = cut.within === 'nothing' ? 'between' : 'list'
  return true
}

/** To the end of a string, or of what there is of it. Line ends are escaped in strings. */
function string(cut: Cut): boolean {
  const { text } = cut
  const quote = text.indexOf('"', cut.at)
  if (cut.newline < cut.at) cut.newline = indexOrEnd(text, '\n', cut.at)
  if (cut.newline < (quote === -1 ? text.length : quote)) return damage(cut, 'a string does not end with its line')
  let slashes = 0
  while (text.charCodeAt((quote === -1 ? text.length : quote) - 1 - slashes) === BACKSLASH) slashes++
  if (quote === -1) {
    // The backslashes are read again together with what they stand before.
    cut.at = text.length - slashes
    return false
  }
  if (slashes % 2 === 0) cut.inString = false
  cut.at = quote + 1
  return true
}

function indexOrEnd(text: string, character: string, from: number): number {
  const index = text.indexOf(character, from)
  return index === -1 ? text.length : index
}

/** Goes on behind the first line of what is damaged: nothing in that line can be trusted. */
function damage(cut: Cut, reason: string): boolean {
  cut.found.damaged(cut.startLine, reason)
  cut.line = cut.startLine
  cut.lineByLine = true
  cut.inString = false
  cut.state = 'between'
  cut.within = 'nothing'
  behindLine(cut, cut.start)
  return true
}

function behindLine(cut: Cut, from: number): void {
  const newline = cut.text.indexOf('\n', from)
  cut.skipping = newline === -1
  cut.at = newline === -1 ? cut.text.length : newline + 1
  if (newline !== -1) cut.line++
}
