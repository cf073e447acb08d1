import { LIMITS } from '../base/limits.ts'
import { finish, type Steps } from '../base/steps.ts'
import { addTemplates, calledBy } from '../go-template/syntax/set.ts'
import { FUNCTION_NAMES } from './function-names.ts'

/** What is known of a text as a template before the text runs. */
export interface TemplateFacts {
  /** Absent: the text can be read. */
  error?: string
  /** Names of templates that the text defines. */
  defines: readonly string[]
  /** Names of templates that the text calls and does not define itself. */
  calls: readonly string[]
}

/** In steps, so that others come first. The facts are kept. */
export function* readFacts(text: string): Steps<TemplateFacts> {
  return kept.get(text) ?? keep(text, yield* factsOf(text))
}

export function templateFacts(text: string): TemplateFacts {
  return finish(readFacts(text))
}

function* factsOf(text: string): Steps<TemplateFacts> {
  const read = yield* addTemplates(new Map(), { name: '', text }, FUNCTION_NAMES)
  if (!read.ok) return { error: read.error, defines: [], calls: [] }
  const trees = [...read.value.values()]
  const calls = [...new Set(trees.flatMap(calledBy))].filter((name) => !read.value.has(name))
  return { defines: trees.map(({ name }) => name), calls }
}

/** The cache of a pure function, large enough for two documents of the largest size. */
const KEPT_CHARS = 2 * LIMITS.documentTemplateChars
const kept = new Map<string, TemplateFacts>()
let keptChars = 0

function keep(text: string, facts: TemplateFacts): TemplateFacts {
  if (keptChars + text.length > KEPT_CHARS) {
    kept.clear()
    keptChars = 0
  }
  kept.set(text, facts)
  keptChars += text.length
  return facts
}
