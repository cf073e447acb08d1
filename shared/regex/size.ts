/*
 * What a regular expression costs, from its text and before RE2 compiles it. RE2 never backtracks, but the program of
 * an expression grows with the repetitions (`(a|b){1,900}` is 15 characters and 5,400 instructions), and the time of
 * compiling and of matching grows with the program.
 */

/** One literal, place or small class: one instruction of the program. */
const ONE = 1
/** A class of Unicode (`\pL`) has hundreds of ranges, which every copy of the class goes through. */
const UNICODE_CLASS = 25
/** Making the ranges of a Unicode class takes as long as this many instructions. */
const UNICODE_CLASS_READ = 100
/** Without regard to case, RE2 folds every character of a range: this many take as long as an instruction. */
const FOLDED_PER_STEP = 20
/** The first and the last character with a fold. A range over all of them is not folded one by one. */
const FOLDS = { from: 0x41, to: 0x1e943 }
/** RE2 refuses an expression with more repetitions of one part, without compiling it. */
const MOST_REPEATS = 1_000

/** A group that is still open. */
interface Group {
  /** Finished alternatives, and the finished part of the present alternative. */
  done: number
  /** The last part of the present alternative, to which a repetition applies. */
  last: number
}

/**
 * At least the number of instructions of the program, and more for classes that are slow to compile. Never less than
 * RE2's own count for an expression that RE2 takes; any number for an expression that RE2 refuses.
 */
export function regexSize(source: string, ignoreCase = false): number {
  const folds = ignoreCase || /\(\?[a-zA-Z]*i/.test(source)
  let group: Group = { done: ONE, last: 0 }
  const open: Group[] = []
  let read = 0
  const add = (size: number): void => {
    group.done += group.last
    group.last = size
  }
  for (let at = 0; at < source.length; ) {
    const token = tokenAt(source, at)
    at += token.length
    const repeat = REPEAT.exec(token)
    if (repeat !== null) group.last = repeated(group.last, repeat)
    else if (token.startsWith('(')) {
      // `(?i)` alone opens no group.
      if (!FLAGS_ALONE.test(token)) {
        open.push(group)
        group = { done: ONE, last: 0 }
      }
    } else if (token === ')') {
      const closed = group.done + group.last + 2 * ONE
      group = open.pop() ?? { done: 0, last: 0 }
      add(closed)
    } else if (token === '|') {
      add(2 * ONE)
    } else if (token.startsWith('\\Q')) {
      // A repetition applies to the last character of the quoted text.
      group.done += token.length
      add(ONE)
    } else {
      const { size, reading } = atomCost(token, folds)
      add(size)
      read += reading
    }
  }
  // Unclosed groups are refused by RE2.
  return [...open, group].reduce((sum, { done, last }) => sum + done + last, read + 4 * ONE)
}

/** Whether a group closes that was never opened: `a)|(b`. */
export function closesEarly(source: string): boolean {
  let open = 0
  for (let at = 0; at < source.length; ) {
    const token = tokenAt(source, at)
    at += token.length
    if (token.startsWith('(') && !FLAGS_ALONE.test(token)) open++
    else if (token === ')' && --open < 0) return true
  }
  return false
}

const TOKEN =
  /\\Q[\s\S]*?(?:\\E|$)|\\(?:x\{[0-9A-Fa-f]*\}|x[0-9A-Fa-f]{0,2}|[pP]\{[^}]*\}|[pP].?|[0-7]{1,3}|[\s\S]|$)|\[\^?\]?(?:\[:\^?\w*:\]|\\[\s\S]|[^\]\\])*\]?|\(\?(?:P?<[^>]*>|[a-zA-Z-]*[:)])|\{\d+(?:,\d*)?\}\??|[*+?]\??|[\s\S]/uy

function tokenAt(source: string, at: number): string {
  TOKEN.lastIndex = at
  return TOKEN.exec(source)?.[0] ?? source.charAt(at)
}

const FLAGS_ALONE = /^\(\?[a-zA-Z-]*\)$/
const REPEAT = /^(?:[*+?]|\{(\d+)(,)?(\d*)\})\??$/

function repeated(size: number, [, from, more, to]: RegExpExecArray): number {
  if (from === undefined) return size + 2 * ONE
  const least = Number(from)
  const most = to !== undefined && to !== '' ? Number(to) : least
  const times = Math.max(least, most, 1)
  if (times > MOST_REPEATS) return size
  // Every repetition that may be left out is a branch.
  return times * size + (more === undefined || to === '' ? 0 : times * ONE) + 2 * ONE
}

function atomCost(token: string, folds: boolean): { size: number; reading: number } {
  const unicode = token.match(/\\[pP]/g)?.length ?? 0
  const reading = unicode * UNICODE_CLASS_READ
  if (!token.startsWith('[')) return { size: unicode === 0 ? ONE : UNICODE_CLASS, reading }
  const size = ONE + unicode * UNICODE_CLASS + Math.floor(token.length / 8)
  return { size, reading: reading + (folds ? foldedCost(token) : 0) }
}

const MEMBER = /\\x\{([0-9A-Fa-f]+)\}|\\x([0-9A-Fa-f]{2})|\\([0-7]{1,3})|\[:\^?\w+:\]|\\([\s\S])|([\s\S])/gu
/** Members of which a range may be made; others (`\d`, `\pL`) stand for themselves. */
const RANGE_END = 0x10ffff

function foldedCost(token: string): number {
  let steps = 0
  let before: number | undefined
  let range = false
  for (const [text, hex, hex2, octal, escaped, plain] of token.slice(1).matchAll(MEMBER)) {
    if (plain === '-' && before !== undefined && !range) {
      range = true
      continue
    }
    const code = hex ?? hex2
    const point =
      code !== undefined
        ? Number.parseInt(code, 16)
        : octal !== undefined
          ? Number.parseInt(octal, 8)
          : ((escaped ?? plain)?.codePointAt(0) ?? text.length)
    const to = Math.min(point, RANGE_END)
    if (range && before !== undefined && !(before <= FOLDS.from && to >= FOLDS.to)) {
      const width = Math.min(to, FOLDS.to) - Math.max(before, FOLDS.from)
      steps += Math.max(0, Math.ceil(width / FOLDED_PER_STEP))
    }
    before = range ? undefined : to
    range = false
  }
  return steps
}
