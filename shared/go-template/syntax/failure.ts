import type { Steps } from '../../base/steps.ts'

/** An error of a template, in Go's words. Thrown inside the room and returned by its functions. */
export class TemplateFailure extends Error {}

/** A limit of ours was reached. */
export class LimitFailure extends TemplateFailure {}

/**
 * The result of `run`, or the message of a failure that the template survives. A limit ends the whole run, or the work
 * would go on and on. A throw of another kind is a bug and goes on.
 */
export function caught<T>(run: () => T): Caught<T> {
  try {
    return { ok: true, value: run() }
  } catch (error) {
    if (error instanceof LimitFailure) throw error
    return failed(error)
  }
}

/** The result of work in steps, or the message of its failure. */
export function* caughtSteps<T>(run: Steps<T>): Steps<Caught<T>> {
  try {
    return { ok: true, value: yield* run }
  } catch (error) {
    return failed(error)
  }
}

type Caught<T> = { ok: true; value: T } | { ok: false; error: string }

function failed(error: unknown): { ok: false; error: string } {
  if (error instanceof TemplateFailure) return { ok: false, error: error.message }
  throw error
}
