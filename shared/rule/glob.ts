import { DASHES, isWild, type Pattern, type Wildcard } from './pattern.ts'

export type TextTest = (text: string) => boolean

/** The part between two `*`: a literal, or an expression without repeats, which cannot backtrack. */
type Segment = string | { find: RegExp; atStart: RegExp; atEnd: RegExp; whole: RegExp }

/**
 * A pattern of arbitrary shape. Between the asterisks a segment is taken at its first place, which is enough: the time
 * is the length of the text times the length of the segment, for any number of asterisks.
 */
export function compileGlob(pattern: Pattern): TextTest {
  const [first = '', ...more] = split(pattern).map(compileSegment)
  const last = more.pop()
  if (last === undefined) return typeof first === 'string' ? (text) => text === first : (text) => first.whole.test(text)
  return (text) => {
    let at = end(first, text)
    for (let i = 0; at >= 0 && i < more.length; i++) at = find(more[i] as Segment, text, at)
    return at >= 0 && endsWith(last, text, at)
  }
}

function split(pattern: Pattern): Pattern[] {
  const segments: (string | Wildcard)[][] = [[]]
  for (const part of pattern) {
    if (isWild(part, 'many')) segments.push([])
    else segments.at(-1)?.push(part)
  }
  return segments
}

function compileSegment(parts: Pattern): Segment {
  if (parts.every((part) => typeof part === 'string')) return parts.join('')
  const source = parts
    .map((part) => {
      if (typeof part === 'string') return part.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&')
      return isWild(part, 'dash') ? `[${DASHES}]` : '[^]'
    })
    .join('')
  return {
    find: new RegExp(source, 'gu'),
    atStart: new RegExp(source, 'uy'),
    atEnd: new RegExp(`(?:${source})$`, 'gu'),
    whole: new RegExp(`^(?:${source})$`, 'u'),
  }
}

/** The end of the segment with which the text begins; -1: the text begins otherwise. */
function end(segment: Segment, text: string): number {
  if (typeof segment === 'string') return text.startsWith(segment) ? segment.length : -1
  return after(segment.atStart, text, 0)
}

function find(segment: Segment, text: string, from: number): number {
  if (typeof segment !== 'string') return after(segment.find, text, from)
  const at = text.indexOf(segment, from)
  return at < 0 ? -1 : at + segment.length
}

function endsWith(segment: Segment, text: string, from: number): boolean {
  if (typeof segment === 'string') return text.length - segment.length >= from && text.endsWith(segment)
  return after(segment.atEnd, text, from) >= 0
}

function after(regex: RegExp, text: string, from: number): number {
  regex.lastIndex = from
  return regex.test(text) ? regex.lastIndex : -1
}
