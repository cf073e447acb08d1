import type { Mistake } from './problem.ts'

/** A piece of the text of a template. `at`: offset of the piece, or of its inner text in the whole text. */
export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'output'; at: number; source: string }
  | { kind: 'tag'; at: number; source: string }

/**
 * A path in the old templates of Log Service: `${results[0].query}`. Only a path: `${7*7}` is text. The length of each
 * part is limited, so the time of a search is linear.
 */
const OLD_PATH =
  /\$\{ {0,10}([A-Za-z_]\w{0,100}(?:\.\w{1,100}|\[(?:\d{1,6}|"[^"\\\n]{1,100}"|'[^'\\\n]{1,100}')\]){0,20}) {0,10}\}/g

const ENDS = { '{{': '}}', '{%': '%}', '{#': '#}' } as const
type Open = keyof typeof ENDS

/**
 * The text from tag to tag. Comments are left out, `raw` is text, and a hyphen at the edge of a tag takes the blanks
 * beyond the edge. Each character is looked at once.
 */
export function scan(text: string, mistakes: Mistake[]): Piece[] {
  // As Jinja does, which leaves one line feed at the end out.
  const end = text.endsWith('\n') ? text.length - 1 : text.length
  const pieces: Piece[] = []
  let trims = false
  const addText = (from: number, to: number, { before, old }: { before: boolean; old: boolean }): void => {
    let [first, last] = [from, to]
    if (trims) while (first < last && isBlank(text, first)) first++
    if (before) while (last > first && isBlank(text, last - 1)) last--
    if (last > first) pieces.push(...(old ? oldPaths(text.slice(first, last), first) : [textPiece(text, first, last)]))
    trims = false
  }
  for (let at = 0; at < end; ) {
    const open = nextOpen(text, at, end)
    if (open === undefined) {
      addText(at, end, { before: false, old: true })
      break
    }
    const { from, tag } = open
    addText(at, from, { before: text[from + 2] === '-', old: true })
    const inner = from + (isEdge(text, from + 2) ? 3 : 2)
    const close = tag === '{#' ? endOfComment(text, inner, end) : endOfTag(text, inner, end, ENDS[tag])
    if (close === undefined) {
      mistakes.push({ at: from, message: `${tag} is never closed` })
      break
    }
    trims = text[close - 1] === '-' && close > inner
    const source = text.slice(inner, close > inner && isEdge(text, close - 1) ? close - 1 : close)
    at = close + 2
    if (tag === '{#') continue
    if (tag === '{%' && source.trim() === 'raw') {
      const raw = endOfRaw(text, at, end)
      if (raw === undefined) {
        mistakes.push({ at: from, message: '{% raw %} is never closed by {% endraw %}' })
        break
      }
      addText(at, raw.from, { before: raw.before, old: false })
      trims = raw.after
      at = raw.to
      continue
    }
    pieces.push({ kind: tag === '{{' ? 'output' : 'tag', at: inner, source })
  }
  return pieces
}

function nextOpen(text: string, at: number, end: number): { from: number; tag: Open } | undefined {
  for (let from = text.indexOf('{', at); from >= 0 && from < end - 1; from = text.indexOf('{', from + 1)) {
    const tag = text.slice(from, from + 2)
    if (tag in ENDS) return { from, tag: tag as Open }
  }
  return undefined
}

/** The place of the end of a tag: what ends a tag ends none inside of a text, or of a mapping. */
function endOfTag(text: string, from: number, end: number, close: string): number | undefined {
  let curly = 0
  for (let at = from; at < end; at++) {
    const one = text[at]
    if (curly === 0 && text.startsWith(close, at)) return at
    if (one === '"' || one === "'") {
      at = endOfText(text, at, end)
      if (at < 0) return undefined
    } else if (one === '{') curly++
    else if (one === '}' && curly > 0) curly--
  }
  return undefined
}

function endOfText(text: string, from: number, end: number): number {
  const quote = text[from]
  for (let at = from + 1; at < end; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === quote) return at
  }
  return -1
}

function endOfComment(text: string, from: number, end: number): number | undefined {
  const at = text.indexOf('#}', from)
  return at < 0 || at > end - 2 ? undefined : at
}

function endOfRaw(text: string, from: number, end: number) {
  const close = /\{%([-+]?)\s{0,100}endraw\s{0,100}([-+]?)%\}/g
  close.lastIndex = from
  const found = close.exec(text)
  if (found === null || found.index >= end) return undefined
  return {
    from: found.index,
    to: found.index + found[0].length,
    before: found[1] === '-',
    after: found[2] === '-',
  }
}

function oldPaths(text: string, from: number): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const found of text.matchAll(OLD_PATH)) {
    const source = found[1]!
    if (found.index > at) pieces.push(textPiece(text, at, found.index))
    pieces.push({ kind: 'output', at: from + found.index + found[0].indexOf(source), source })
    at = found.index + found[0].length
  }
  if (at < text.length) pieces.push(textPiece(text, at, text.length))
  return pieces
}

function textPiece(text: string, from: number, to: number): Piece {
  return { kind: 'text', text: text.slice(from, to) }
}

function isEdge(text: string, at: number): boolean {
  return text[at] === '-' || text[at] === '+'
}

function isBlank(text: string, at: number): boolean {
  return /\s/.test(text[at]!)
}
