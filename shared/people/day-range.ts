import { DAY } from '../base/time.ts'
import { parseLocal } from './local-time.ts'

/** Days as the milliseconds of their midnight in UTC; both ends are inside. */
export function dayRange(text: string): { from: number; to: number } | undefined {
  const ends = text.split(':')
  if (ends.length > 2) return undefined
  const [from, to = from] = ends.map((end) => parseLocal(`${end}T00:00`))
  return from === undefined || to === undefined || from % DAY !== 0 ? undefined : { from, to }
}
