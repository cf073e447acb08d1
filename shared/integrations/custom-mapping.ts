import { type FieldPath, lastName, parsePath, readPath } from './field-path.ts'
import type { Ending } from './integration.ts'

/**
 * Places of values in posted JSON, as an integration states the places. A path is a field as `field-path.ts` reads
 * fields: `a.b[0]` inside the item, `$.a.b` from the whole body. A `value` is the same for every alert.
 */
export interface CustomMapping {
  /** The list whose entries are alerts. Absent: the body is the list, or a single alert. */
  items?: string
  labels?: Record<string, MappedField>
  annotations?: Record<string, MappedField>
  severity?: string
  /** The fields that identify an alert. Absent: every label does. */
  dedup?: string[]
  /** The alert has ended when the field has a value from this list. */
  recovery?: { field: string; value: string | string[] }
  startsAt?: string
  endsAt?: string
  generatorURL?: string
}

export type MappedField = string | { value: string }

/** A mapping with parsed paths, compiled once for each body. Names are the names of labels and annotations. */
export interface Mapping {
  items?: FieldPath
  /** Labels identify the alert … */
  labels: [name: string, from: FieldSource][]
  /** … and annotations only inform. */
  annotations: [name: string, from: FieldSource][]
  severity?: {
    from: FieldPath
    /** The severity is a label without being a part of the alert's identity. */
    apart: boolean
  }
  recovery?: { field: FieldPath; values: Set<string> }
  startsAt?: FieldPath
  endsAt?: FieldPath
  generatorURL?: FieldPath
}

export type FieldSource = FieldPath | { value: string }

/**
 * The value of a field in an item of a body, as text. Null counts as absent; a list or an object becomes its JSON.
 */
export function textAt(place: FieldSource, item: unknown, body: unknown): string | undefined {
  if ('value' in place) return place.value
  const value = readPath(place, item, body)
  if (value === undefined || value === null) return undefined
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A sender whose mapping has an end, or a word for the end, tells when its alerts are over. */
export function mappedEnding({ custom }: { custom?: CustomMapping | undefined }): Ending {
  return custom?.recovery === undefined && custom?.endsAt === undefined ? 'expires' : 'tells'
}

export function compileMapping(given: CustomMapping): Mapping {
  const { severity, recovery, dedup } = given
  const labels = Object.entries(given.labels ?? {})
  const told = Object.entries(given.annotations ?? {})
  const identity = dedup === undefined ? labels : identifying(labels, dedup)
  const rest = dedup === undefined ? [] : labels.filter(([, from]) => typeof from === 'string' && !dedup.includes(from))
  return {
    labels: placed(identity),
    annotations: placed([...rest, ...told]),
    ...paths(given),
    ...(severity === undefined
      ? {}
      : {
          severity: {
            from: pathOf(severity),
            apart: dedup !== undefined && !dedup.includes(severity),
          },
        }),
    ...(recovery === undefined
      ? {}
      : { recovery: { field: pathOf(recovery.field), values: new Set([recovery.value].flat()) } }),
  }
}

/**
 * The labels of `dedup`: labels whose field is in `dedup`, labels with a constant value, and for each further field
 * in `dedup` a label named after the field.
 */
function identifying(labels: [string, MappedField][], dedup: readonly string[]): [string, MappedField][] {
  const kept = labels.filter(([, from]) => typeof from !== 'string' || dedup.includes(from))
  const taken = new Set(kept.map(([name]) => name))
  for (const path of dedup) {
    if (kept.some(([, from]) => from === path)) continue
    const names = [lastName(pathOf(path)) ?? path, path, `dedup ${path}`]
    const name = names.find((one) => !taken.has(one)) ?? path
    taken.add(name)
    kept.push([name, path])
  }
  return kept
}

function placed(fields: [string, MappedField][]): [string, FieldSource][] {
  return fields.map(([name, from]) => [name, typeof from === 'string' ? pathOf(from) : from])
}

function paths(given: CustomMapping): Pick<Mapping, 'items' | 'startsAt' | 'endsAt' | 'generatorURL'> {
  const names = ['items', 'startsAt', 'endsAt', 'generatorURL'] as const
  return Object.fromEntries(
    names.flatMap((name) => {
      const path = given[name]
      return path === undefined ? [] : [[name, pathOf(path)]]
    }),
  )
}

/** Paths were checked when the mapping was saved; a text that is not a path after that leads to no value. */
function pathOf(text: string): FieldPath {
  return parsePath(text) ?? { root: false, parts: [text] }
}
