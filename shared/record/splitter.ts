/*
 * Splits a stream of JSON text into records. Memory contains at most a single record and a single chunk. The stream may
 * contain objects one after the other (NDJSON, spread over lines, or with nothing between), lists of objects, and
 * objects that only wrap a list, as CloudTrail's files (`{"Records":[…]}`) and saved answers of its LookupEvents
 * (`{"Events":[…]}`), also one behind the other.
 *
 * Modes: `between`: nothing is open; a list or an object may begin. `list`: inside a list of records. `record`: inside
 * an object that will be passed on. `rest`: behind the list of a wrapper, up to the wrapper's bracket; further members
 * of the wrapper are ignored.
 *
 * A damaged line must not swallow the lines behind. When an object does not end, the text behind the object's first
 * line is split again, from then on line by line: an object has to end with its line.
 */

/** Far longer than a record of a trail (CloudTrail: 256 KB), and shorter than a size that fills the memory. */
const MAX_RECORD_CHARS = 16 * 1024 * 1024

export interface Splitter {
  push(text: string): void
  /** The stream has ended. */
  end(): void
}

export interface SplitterEvents {
  /** The text of an object; the text need not be JSON. Lines count from 1. */
  record(text: string, line: number): void
  damaged(line: number, reason: string): void
}

interface SplitterState {
  text: string
  at: number
  line: number
  mode: 'between' | 'list' | 'record' | 'rest'
  /** The list that contains the open record or list. */
  within: 'nothing' | 'list' | 'records'
  start: number
  startLine: number
  depth: number
  inString: boolean
  /** The first line end at or behind `at`; past the text when the text has no further line end. */
  newline: number
  lineByLine: boolean
  /** A damaged line goes on in the next chunk. */
  skipping: boolean
  ended: boolean
  events: SplitterEvents
}

const NEWLINE = 10
const SPACE = 32
const QUOTE = 34
const COMMA = 44
const DIGIT_0 = 48
const DIGIT_9 = 57
const LIST_OPEN = 91
const BACKSLASH = 92
const LIST_CLOSE = 93
const OPEN = 123
const CLOSE = 125

export function createSplitter(events: SplitterEvents, maxChars: number = MAX_RECORD_CHARS): Splitter {
  const places = { text: '', at: 0, line: 1, start: 0, startLine: 1, depth: 0, newline: -1 }
  const flags = { inString: false, lineByLine: false, skipping: false, ended: false }
  const splitter: SplitterState = { ...places, ...flags, mode: 'between', within: 'nothing', events }
  return {
    push(text) {
      dropConsumed(splitter)
      splitter.text += text
      run(splitter)
      if (splitter.mode === 'record' && splitter.text.length - splitter.start > maxChars) {
        markDamaged(splitter, `a record is longer than ${maxChars} characters`)
        run(splitter)
      }
    },
    end() {
      splitter.ended = true
      run(splitter)
      while (isAlone(splitter)) {
        markDamaged(splitter, 'the text ends in the middle of a record')
        run(splitter)
      }
      if (splitter.mode !== 'between') events.damaged(splitter.line, 'the text ends in the middle of a list')
    },
  }
}

/** Drops the text that was read. */
function dropConsumed(splitter: SplitterState): void {
  const from = splitter.mode === 'record' ? splitter.start : splitter.at
  splitter.text = splitter.text.slice(from)
  splitter.at -= from
  splitter.start -= from
  splitter.newline = -1
}

function run(splitter: SplitterState): void {
  if (splitter.skipping) skipLine(splitter, splitter.at)
  let goesOn = true
  while (goesOn && splitter.at < splitter.text.length) {
    if (splitter.mode === 'between' || splitter.mode === 'list') goesOn = readOutside(splitter)
    else goesOn = splitter.inString ? readString(splitter) : readInside(splitter)
  }
}

/**
 * An object whose first key is that of a list, up to the bracket of the list: only these lists grow larger than a
 * record. The reader of records recognises the same lists elsewhere in an object: `contents.ts`.
 */
const WRAPPER = /\{\s*"(?:Records|Events|events|logEvents)"\s*:\s*\[/y
/** Whether a list begins with the text, which a splitter would take apart. */
export function beginsList(text: string): boolean {
  WRAPPER.lastIndex = 0
  return WRAPPER.test(text)
}

/** The length of text that decides whether an object begins with such a key; nobody writes more space than that. */
const WRAPPER_CHARS = 64

/** Reads a character outside of objects. False: the meaning of the character depends on text that has not arrived. */
function readOutside(splitter: SplitterState): boolean {
  const code = splitter.text.charCodeAt(splitter.at)
  const inList = splitter.mode === 'list'
  if (code === NEWLINE) splitter.line++
  if (code <= SPACE || (code === COMMA && (inList || splitter.lineByLine))) splitter.at++
  else if (inList && code === LIST_CLOSE) closeList(splitter)
  else if (splitter.lineByLine && (code === LIST_CLOSE || code === CLOSE)) splitter.at++
  else if (!inList && code === LIST_OPEN) openList(splitter, 'list', 1)
  else if (!inList && code >= DIGIT_0 && code <= DIGIT_9) return readStamp(splitter)
  else if (inList && code === LIST_OPEN) openRecord(splitter)
  else if (code !== OPEN) {
    const scalar = inList ? readScalar(splitter) : undefined
    if (scalar !== undefined) return scalar
    openRecord(splitter)
    markDamaged(splitter, `${JSON.stringify(splitter.text[splitter.at])} does not begin a record`)
  } else if (inList) openRecord(splitter)
  else {
    if (!splitter.ended && splitter.text.length - splitter.at < WRAPPER_CHARS) return false
    WRAPPER.lastIndex = splitter.at
    const wrapper = WRAPPER.exec(splitter.text)
    if (wrapper) openList(splitter, 'records', wrapper[0].length)
    else openRecord(splitter)
  }
  return true
}

/** The time before each line of a log that CloudWatch Logs exports to S3. */
const STAMP = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z[ \t]+(?=\{)/y
const STAMP_CHARS = 64

function readStamp(splitter: SplitterState): boolean {
  STAMP.lastIndex = splitter.at
  const found = STAMP.exec(splitter.text)
  if (found === null && !splitter.ended && splitter.text.length - splitter.at < STAMP_CHARS) return false
  if (found !== null) splitter.at += found[0].length
  else {
    openRecord(splitter)
    markDamaged(splitter, `${JSON.stringify(splitter.text[splitter.at])} does not begin a record`)
  }
  return true
}

/** A number, a word or a text in a list: no record, and no reason to give the rest of the line up. */
const SCALAR = /(?:"(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)(?=\s*[,\]])/y
/** Longer scalars count as damage. */
const SCALAR_CHARS = 1024

/** True: an item was passed on. False: its end has not arrived. Undefined: there is no scalar. */
function readScalar(splitter: SplitterState): boolean | undefined {
  SCALAR.lastIndex = splitter.at
  const found = SCALAR.exec(splitter.text)
  if (found === null) return splitter.ended || splitter.text.length - splitter.at >= SCALAR_CHARS ? undefined : false
  splitter.events.record(found[0], splitter.line)
  splitter.at += found[0].length
  return true
}

function openList(splitter: SplitterState, within: SplitterState['within'], chars: number): void {
  for (const character of splitter.text.slice(splitter.at, splitter.at + chars)) if (character === '\n') splitter.line++
  splitter.start = splitter.at
  splitter.startLine = splitter.line
  splitter.mode = 'list'
  splitter.within = within
  splitter.at += chars
}

function closeList(splitter: SplitterState): void {
  splitter.mode = splitter.within === 'records' ? 'rest' : 'between'
  splitter.within = 'nothing'
  splitter.depth = 1
  splitter.at++
}

function openRecord(splitter: SplitterState): void {
  if (splitter.mode === 'between') splitter.within = 'nothing'
  splitter.mode = 'record'
  splitter.start = splitter.at
  splitter.startLine = splitter.line
  splitter.depth = 0
}

/** Reads an object up to the object's end, the next string, or the end of the text. */
function readInside(splitter: SplitterState): boolean {
  const { text } = splitter
  for (let at = splitter.at; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      splitter.inString = true
      splitter.at = at + 1
      return true
    }
    if (code === OPEN || code === LIST_OPEN) splitter.depth++
    else if ((code === CLOSE || code === LIST_CLOSE) && --splitter.depth === 0) return closeObject(splitter, at + 1)
    else if (code === NEWLINE) {
      if (splitter.lineByLine && isAlone(splitter)) return markDamaged(splitter, 'a record does not end with its line')
      splitter.line++
    }
  }
  splitter.at = text.length
  return false
}

/** An object of its own: neither in a list, nor around the list. */
function isAlone(splitter: SplitterState): boolean {
  return splitter.mode === 'record' && splitter.within === 'nothing'
}

function closeObject(splitter: SplitterState, end: number): boolean {
  splitter.at = end
  if (splitter.mode === 'record')
    splitter.events.record(splitter.text.slice(splitter.start, splitter.at), splitter.startLine)
  splitter.mode = splitter.within === 'nothing' ? 'between' : 'list'
  return true
}

/** Reads up to the end of a string, or to the end of the text. Line ends are escaped in strings. */
function readString(splitter: SplitterState): boolean {
  const { text } = splitter
  const quote = text.indexOf('"', splitter.at)
  if (splitter.newline < splitter.at) splitter.newline = indexOrEnd(text, '\n', splitter.at)
  if (splitter.newline < (quote === -1 ? text.length : quote))
    return markDamaged(splitter, 'a string does not end with its line')
  let slashes = 0
  while (text.charCodeAt((quote === -1 ? text.length : quote) - 1 - slashes) === BACKSLASH) slashes++
  if (quote === -1) {
    // The backslashes are read again together with the next character.
    splitter.at = text.length - slashes
    return false
  }
  if (slashes % 2 === 0) splitter.inString = false
  splitter.at = quote + 1
  return true
}

function indexOrEnd(text: string, character: string, from: number): number {
  const index = text.indexOf(character, from)
  return index === -1 ? text.length : index
}

/** Goes on behind the first line of the damaged text: nothing in that line can be trusted. */
function markDamaged(splitter: SplitterState, reason: string): boolean {
  splitter.events.damaged(splitter.startLine, reason)
  splitter.line = splitter.startLine
  splitter.lineByLine = true
  splitter.inString = false
  splitter.mode = 'between'
  splitter.within = 'nothing'
  skipLine(splitter, splitter.start)
  return true
}

function skipLine(splitter: SplitterState, from: number): void {
  const newline = splitter.text.indexOf('\n', from)
  splitter.skipping = newline === -1
  splitter.at = newline === -1 ? splitter.text.length : newline + 1
  if (newline !== -1) splitter.line++
}
