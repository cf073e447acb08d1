import type { Steps } from '../../base/steps.ts'
import { readText } from '../../content-template/read-text.ts'
import type { TemplateProblem } from '../../jinja/problem.ts'

/** What is to be said of the text of a content template. `tokens`: its size as work. */
interface CheckedText {
  tokens: number
  problems: TemplateProblem[]
  warnings: TemplateProblem[]
}

/** Characters of the texts that are kept checked, the last ones. */
const KEPT_CHARS = 2_000_000
const kept = new Map<string, CheckedText>()
let keptChars = 0

/**
 * Reads a text, once: a document is checked in steps before its sections are read, and a document that comes again has
 * mostly the same texts. The same text always has the same problems, so the memory shows nowhere but in the time.
 */
export function* templateTextOf(text: string): Steps<CheckedText> {
  const known = kept.get(text)
  if (known !== undefined) return known
  const read = yield* readText(text)
  const checked = {
    tokens: read.tokens,
    problems: read.ok ? [] : read.problems,
    warnings: read.ok ? read.warnings : [],
  }
  if (!kept.has(text)) keptChars += text.length
  kept.set(text, checked)
  for (const oldest of kept.keys()) {
    if (keptChars <= KEPT_CHARS) break
    kept.delete(oldest)
    keptChars -= oldest.length
  }
  return checked
}
