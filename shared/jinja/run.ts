import { type Environment, evaluate, type Scope } from './evaluate.ts'
import { entriesOf } from './functions/lists.ts'
import { createOutput, type Output } from './output.ts'
import type { Block } from './tree.ts'
import { Budget } from './values/budget.ts'
import type { CallContext } from './values/define.ts'
import { fail, TemplateFailure } from './values/failure.ts'
import { isList, isTrue, kindOf, type Value } from './values/value.ts'

export type Ran =
  | { ok: true; text: string; spent: number }
  /** `at`: offset of the tag in the text of the template. */
  | { ok: false; message: string; at: number; spent: number }

export interface RunOptions extends Omit<Environment, 'budget'>, Omit<CallContext, 'budget'> {
  variables: Scope
  /** Steps of the run at most, where several runs share a limit. */
  most?: number
}

/** Runs a template: its text, or the reason why it has none. The same for the same template and variables. */
export function runTemplate(body: readonly Block[], { variables, most, ...given }: RunOptions): Ran {
  const budget = new Budget(most)
  const env = { ...given, budget }
  const place = { at: 0 }
  try {
    const output = createOutput(given.form, budget)
    walk(body, childOf(variables), { env, output, place })
    return { ok: true, text: output.text(), spent: budget.spent }
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error
    return { ok: false, message: error.message, at: place.at, spent: budget.spent }
  }
}

interface Run {
  env: Environment
  output: Output
  place: { at: number }
}

/** Names that a template sets, above the names around them. */
interface Variables extends Scope {
  set(name: string, value: Value): void
}

function childOf(parent: Scope): Variables {
  const own = new Map<string, Value>()
  return {
    get: (name) => (own.has(name) ? own.get(name) : parent.get(name)),
    set: (name, value) => void own.set(name, value),
  }
}

function walk(blocks: readonly Block[], scope: Variables, run: Run): void {
  const { env, output, place } = run
  for (const block of blocks) {
    env.budget.spend()
    switch (block.kind) {
      case 'text':
        output.literal(block.text)
        break
      case 'output':
        place.at = block.at
        output.value(evaluate(block.value, scope, env))
        break
      case 'if': {
        const holds = block.branches.find(({ at, test }) => {
          place.at = at
          return isTrue(evaluate(test, scope, env))
        })
        walk(holds?.body ?? block.otherwise, scope, run)
        break
      }
      case 'for':
        place.at = block.at
        loop(block, scope, run)
        break
      case 'set':
        place.at = block.at
        assign(block.names, evaluate(block.value, scope, env), scope)
        break
    }
  }
}

function loop(block: Block & { kind: 'for' }, scope: Variables, run: Run): void {
  const { env } = run
  const all = entriesOf(evaluate(block.over, scope, env), env.budget)
  const { only } = block
  const kept =
    only === undefined
      ? all
      : all.filter((one) => {
          const inner = childOf(scope)
          assign(block.names, one, inner)
          return isTrue(evaluate(only, inner, env))
        })
  if (kept.length === 0) return walk(block.otherwise, scope, run)
  for (const [index, one] of kept.entries()) {
    env.budget.spend(5)
    const inner = childOf(scope)
    assign(block.names, one, inner)
    inner.set('loop', loopOf(index, kept.length))
    walk(block.body, inner, run)
  }
}

/** https://jinja.palletsprojects.com/en/stable/templates/#for */
function loopOf(index0: number, length: number): Value {
  return new Map<string, Value>([
    ['index', index0 + 1],
    ['index0', index0],
    ['revindex', length - index0],
    ['revindex0', length - index0 - 1],
    ['first', index0 === 0],
    ['last', index0 === length - 1],
    ['length', length],
  ])
}

function assign(names: readonly string[], value: Value, scope: Variables): void {
  const [first] = names
  if (names.length === 1) return scope.set(first!, value)
  if (!isList(value) || value.length !== names.length) {
    return fail(`cannot take ${names.join(', ')} from ${kindOf(value)}`)
  }
  for (const [index, name] of names.entries()) scope.set(name, value[index])
}
