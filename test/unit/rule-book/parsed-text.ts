import { finish } from '../../../shared/base/steps.ts'
import type { RuleEntry } from '../../../shared/config/config.ts'
import { parsedFrame, parsedLines } from '../../../shared/rule-book/parsed.ts'
import { piecesOfEntries } from '../../../shared/store/entry-lines.ts'

/** The stored form of the rules as one text. */
export function parsedRulesText(entries: readonly RuleEntry[], of: string): string {
  return finish(piecesOfEntries(finish(parsedLines(entries)), parsedFrame(of))).join('')
}
