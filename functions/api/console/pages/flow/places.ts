import { isObject } from '../../../../../shared/base/value.ts'
import type { Shown as Entry } from '../../../../../shared/document/sections/section.ts'
import type { Problem } from '../../../../../shared/problem/problem.ts'
import { isAt } from '../../parts/form.ts'
import type { Texts } from '../../text/texts.ts'
import { type Draft, listOf } from './draft.ts'

/** The nodes of a draft by their paths, in order, each with its name for people. */
export function nodesOf({ flow, escalation, fallback }: Draft, { flow: words }: Texts): Map<string, string> {
  const nodes = new Map<string, string>()
  const actions = (list: unknown, path: string, name: string): void => {
    for (const place of listOf(list).keys()) nodes.set(`${path}[${place}]`, `${name}, ${words.action(place + 1)}`)
  }
  const steps = (list: readonly Entry[], path: string, before: string): void => {
    for (const [place, step] of list.entries()) {
      const [at, name] = [`${path}[${place}]`, before + words.step(place + 1)]
      nodes.set(at, name)
      if (isObject(step.if)) nodes.set(`${at}.if`, `${name}, ${words.condition}`)
      actions(step.then, `${at}.then`, name)
    }
  }
  steps(flow, 'flow', '')
  for (const [place, stage] of escalation.entries()) {
    const [at, name] = [`escalation[${place}]`, words.stage(place + 1)]
    nodes.set(at, name)
    steps(listOf(stage.flow), `${at}.flow`, `${name}, `)
  }
  if (fallback !== undefined) {
    nodes.set('fallback', words.fallback)
    actions(fallback.then, 'fallback.then', words.fallback)
  }
  return nodes
}

/** Problems by the innermost node that has them; those of no node under the empty path. */
export function problemsByNode(nodes: Iterable<string>, problems: readonly Problem[]): Map<string, Problem[]> {
  const paths = [...nodes]
  const found = new Map<string, Problem[]>()
  for (const problem of problems) {
    const around = paths.filter((path) => isAt(problem.path, path))
    const owner = around.reduce((a, b) => (b.length > a.length ? b : a), '')
    found.set(owner, [...(found.get(owner) ?? []), problem])
  }
  return found
}
