import type { ConsoleDeps, PageAsk } from '../page/ask.ts'
import type { Form } from '../page/form-data.ts'
import { KEPT, keepForm, withKept } from '../page/kept-form.ts'
import type { Input } from '../parts/form.ts'
import { askedPath } from '../session/own-path.ts'

/*
 * Secrets that a person typed into a form which comes again, such as a form with a problem elsewhere. The page carries the
 * secrets sealed: no reader of the page can read a secret, and only the same form of the same account takes the secrets back.
 */

/** The name of the field with the sealed secrets. */
export const TYPED = 'typed'

export interface TypedSecrets {
  sealed: string
  /** Names of the inputs. */
  names: ReadonlySet<string>
}

/** The typed secrets of a form that comes again; undefined: no secret was typed. */
export function sealTyped(
  { secrets }: ConsoleDeps,
  ask: PageAsk,
  form: Form,
  inputs: readonly Input[],
): TypedSecrets | undefined {
  const typed = inputs.filter(({ name, secret, fixed }) => secret && !fixed && isTyped(form, name))
  if (typed.length === 0) return undefined
  const own = new URLSearchParams(typed.map(({ name }): [string, string] => [name, form.get(name) ?? '']))
  return { sealed: keepForm(secrets, purpose(ask), own, ask.now), names: new Set(typed.map(({ name }) => name)) }
}

/**
 * The form with its sealed secrets; a secret that was typed anew stays. Undefined: the secrets are of a different form, or
 * too old.
 */
export function withTyped({ secrets }: ConsoleDeps, ask: PageAsk, form: Form): Form | undefined {
  const sealed = form.get(TYPED)
  if (sealed === null) return form
  const typed = withKept(secrets, purpose(ask), new URLSearchParams({ [KEPT]: sealed }), ask.now)
  if (typed === undefined) return undefined
  const whole = new URLSearchParams(form)
  whole.delete(TYPED)
  for (const [name, value] of typed) if (!isTyped(whole, name)) whole.set(name, value)
  return whole
}

function isTyped(form: Form, name: string): boolean {
  return (form.get(name) ?? '').trim() !== ''
}

function purpose({ account, request, base }: PageAsk): string {
  return `secrets ${account} ${askedPath(request, base)}`
}
