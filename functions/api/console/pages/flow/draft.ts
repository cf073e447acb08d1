import { LIMITS } from '../../../../../shared/base/limits.ts'
import { isObject } from '../../../../../shared/base/value.ts'
import type { Shown as Entry } from '../../../../../shared/document/sections/section.ts'

/*
 * An action flow while a person builds it: the fields of the policy as a document has them, not yet complete. A form
 * carries the draft, so a draft can be any JSON; the document refuses what is no flow.
 */

export interface Draft {
  flow: Entry[]
  escalation: Entry[]
  fallback?: Entry
  calendar?: string
}

/** The fields of a policy that a draft takes the place of. */
export const FLOW_FIELDS = ['notify', 'flow', 'escalation', 'fallback', 'calendar']

/** More is refused by the document, and only a form that no page has made has more than one more. */
const [MOST_STEPS, MOST_STAGES] = [LIMITS.flowSteps + 1, LIMITS.flowStages + 1]

/** Whether the problem of a path is one of the flow. */
export function isOfFlow(path: string): boolean {
  return FLOW_FIELDS.includes(/^\w*/.exec(path)![0])
}

/** Whether a policy tells channels alone, each of them always. */
export function isPlain({ notify, flow, escalation, fallback }: Entry): boolean {
  const built = [flow, escalation].some((list) => listOf(list).length > 0 || isObject(list)) || isObject(fallback)
  return !built && listOf(notify).every((action) => Object.keys(action).length === 1)
}

/** `notify` is a flow of one action group without a condition. */
export function draftOf({ notify, flow, escalation, fallback, calendar }: Entry): Draft {
  const steps = listOf(flow)
  const actions = listOf(notify)
  return {
    // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
    flow: (steps.length > 0 || actions.length === 0 ? steps : [{ then: actions }]).slice(0, MOST_STEPS),
    escalation: (isObject(escalation) ? stagesOf(escalation) : listOf(escalation)).slice(0, MOST_STAGES),
    ...(isObject(fallback) && { fallback: fallback as Entry }),
    ...(typeof calendar === 'string' && { calendar }),
  }
}

/** One flow for two timers, as Simple Log Service's second tab has it. */
function stagesOf({ unclaimedAfter, claimedAfter, flow }: Entry): Entry[] {
  const timers = Object.entries({ unclaimed: unclaimedAfter, claimed: claimedAfter })
  return timers.flatMap(([since, after]) => (after === undefined ? [] : [{ [since]: after, flow: listOf(flow) }]))
}

/** The policy with the draft in place. A draft of nothing leaves a policy that tells nobody. */
export function withDraft(policy: Entry, { flow, escalation, fallback, calendar }: Draft): Entry {
  const others = Object.fromEntries(Object.entries(policy).filter(([name]) => !FLOW_FIELDS.includes(name)))
  const draft = { flow, escalation, fallback }
  if (flow.length + escalation.length === 0 && fallback === undefined) return { ...others, notify: [] }
  const inPeriods = [...actionsIn(draft)].some(({ period }) => period !== undefined && period !== 'any')
  return {
    ...others,
    ...(flow.length > 0 && { flow }),
    ...(escalation.length > 0 && { escalation }),
    ...(fallback !== undefined && { fallback }),
    // The document refuses a calendar that no action needs.
    ...(calendar !== undefined && inPeriods && { calendar }),
  }
}

function* actionsIn({ flow, escalation, fallback }: Pick<Draft, 'flow' | 'escalation' | 'fallback'>): Generator<Entry> {
  for (const steps of [flow, ...escalation.map((stage) => listOf(stage.flow))]) {
    for (const step of steps) yield* listOf(step.then)
  }
  yield* listOf(fallback?.then)
}

/** Reads a draft that a form carries; undefined: the text is none. */
export function parseDraft(text: string): Draft | undefined {
  try {
    const given: unknown = JSON.parse(text)
    return isObject(given) ? draftOf(given) : undefined
  } catch {
    return undefined
  }
}

type Keys = (string | number)[]

/** `flow[0].then[1]` by its keys. */
function keysOf(path: string): Keys {
  return [...path.matchAll(/\w+/g)].map(([key]) => (/^\d+$/.test(key) ? Number(key) : key))
}

export function valueAt(draft: Draft, path: string): unknown {
  let value: unknown = draft
  for (const key of keysOf(path)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string | number, unknown>)[key]
  }
  return value
}

/** The draft with a value at a path; undefined takes the value away. A path that leads nowhere changes nothing. */
export function putAt(draft: Draft, path: string, value: unknown): Draft {
  const next = structuredClone(draft)
  const keys = keysOf(path)
  const last = keys.pop()
  let place: unknown = next
  for (const key of keys) place = isContainer(place) && Object.hasOwn(place, key) ? place[key] : undefined
  if (!isContainer(place) || last === undefined || last === '__proto__') return draft
  if (value !== undefined) place[last] = value
  else if (Array.isArray(place)) place.splice(Number(last), 1)
  else delete place[last]
  return next
}

function isContainer(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null
}

/** The draft with a node more at the end of a list, and the path of the node. */
export function pushAt(draft: Draft, path: string, node: Entry): { draft: Draft; path: string } {
  const list = listOf(valueAt(draft, path))
  return { draft: putAt(draft, path, [...list, node]), path: `${path}[${list.length}]` }
}

/** The draft with a node before or behind its neighbour, and the new path of the node. */
export function moveAt(draft: Draft, path: string, by: -1 | 1): { draft: Draft; path: string } {
  const [, listPath = '', index = '0'] = /^(.*)\[(\d+)\]$/.exec(path) ?? []
  const list = listOf(valueAt(draft, listPath))
  const [from, to] = [Number(index), Number(index) + by]
  if (list[from] === undefined || list[to] === undefined) return { draft, path }
  const moved = list.with(to, list[from]).with(from, list[to])
  return { draft: putAt(draft, listPath, moved), path: `${listPath}[${to}]` }
}

export function listOf(value: unknown): Entry[] {
  return Array.isArray(value) ? (value as Entry[]).filter(isObject) : []
}
