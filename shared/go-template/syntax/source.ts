import { byteLength } from '../text/bytes.ts'
import type { Source } from './nodes.ts'

/** Lines are counted from 1. */
export function lineOf({ text }: Source, at: number): number {
  let line = 1
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) line++
  return line
}

/** `name:line:column`; the column is the number of bytes before the place. */
export function placeOf(source: Source, at: number): string {
  const begin = source.text.lastIndexOf('\n', at - 1) + 1
  const column = at === 0 ? 0 : byteLength(source.text.slice(begin, at))
  return `${source.name}:${lineOf(source, at)}:${column}`
}
