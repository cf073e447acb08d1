import type { Steps } from '../base/steps.ts'
import { nearest } from '../base/suggest.ts'
import { type ParsedTemplate, parseTemplate } from '../jinja/parse.ts'
import { placeOf, type TemplateProblem } from '../jinja/problem.ts'
import type { Block } from '../jinja/tree.ts'
import { KNOWN } from './functions.ts'
import { INNER_NAMES, VARIABLE_NAMES } from './variables.ts'

/** The text of a content template, read. */
export type ReadText = { tokens: number } & (
  | { ok: true; body: Block[]; begin: string; warnings: TemplateProblem[] }
  | { ok: false; problems: TemplateProblem[] }
)

export function* readText(text: string): Steps<ReadText> {
  const parsed = yield* parseTemplate(text, KNOWN)
  if (!parsed.ok) return parsed
  const { body } = parsed.template
  return { ok: true, tokens: parsed.tokens, body, begin: beginOf(body), warnings: warningsOf(text, parsed) }
}

export type ReadTexts = (text: string) => Steps<ReadText>

/** Texts that a process keeps read, the last used ones. */
const KEPT = 200

/** The reader of a process that meets the same texts again and again. */
export function createTextReader(): ReadTexts {
  const kept = new Map<string, ReadText>()
  return function* (text) {
    const known = kept.get(text) ?? (yield* readText(text))
    kept.delete(text)
    kept.set(text, known)
    const [oldest] = kept.keys()
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
    return known
  }
}

/** The first character of the template's own text; nothing, if a value may come first. */
function beginOf(blocks: readonly Block[]): string {
  for (const block of blocks) {
    if (block.kind === 'output') return ''
    if (block.kind === 'text') {
      const [first] = block.text.trim()
      if (first !== undefined) return first
    }
    const inner = block.kind === 'if' ? (block.branches[0]?.body ?? []) : block.kind === 'for' ? block.body : []
    const first = beginOf(inner)
    if (first !== '') return first
  }
  return ''
}

/** A name that is not there is empty, which its author surely did not mean. */
function warningsOf(text: string, { template }: ParsedTemplate & { ok: true }): TemplateProblem[] {
  return [...template.names]
    .flatMap(([name, at]) => {
      const missing = missingOf(name)
      return missing === undefined ? [] : [{ ...placeOf(text, at), message: `${missing}: it is empty` }]
    })
    .slice(0, 20)
}

function missingOf(name: string): string | undefined {
  const [first = '', ...rest] = name.split('.')
  if (rest.length === 0) return VARIABLE_NAMES.has(name) ? undefined : `there is no variable "${name}"`
  const inner = rest.join('.')
  const known = INNER_NAMES.get(first)
  if (known === undefined || known.has(inner)) return undefined
  const near = nearest(inner, known)
  return `there is no variable "${name}"${near === undefined ? '' : ` (did you mean ${first}.${near}?)`}`
}
