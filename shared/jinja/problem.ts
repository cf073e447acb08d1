/** A mistake in the text of a template. Lines and columns count from 1; a column is a UTF-16 unit. */
export interface TemplateProblem {
  line: number
  column: number
  message: string
}

/** A mistake at an offset of the text. */
export interface Mistake {
  at: number
  message: string
}

export function problemsOf(text: string, mistakes: readonly Mistake[]): TemplateProblem[] {
  return mistakes
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, message }) => ({ ...placeOf(text, at), message }))
}

/** The place of an offset. */
export function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  return { line, column: at - before.lastIndexOf('\n') }
}
