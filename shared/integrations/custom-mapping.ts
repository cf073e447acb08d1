import { type FieldPath, lastName, parsePath, readPath } from './field-path.ts'

/**
 * Where things are in posted JSON, as an integration states them. Paths are fields as `field-path.ts` reads them:
 * `a.b[0]` inside the item, `$.a.b` from the whole body. A `value` is the same for every alert.
 */
export interface CustomMapping {
  /** The list whose entries are alerts. Absent: the body is the list, or the one alert. */
  items?: string
  labels?: Record<string, MappedField>
  annotations?: Record<string, MappedField>
  severity?: string
  /** The fields that identify an alert. Absent: every label does. */
  dedup?: string[]
  /** The alert has ended when the field has one of these values. */
  recovery?: { field: string; value: string | string[] }
  startsAt?: string
  endsAt?: string
  generatorURL?: string
}

export type MappedField = string | { value: string }

/** A mapping made ready to be asked, once for each body. Names are as they become labels and annotations. */
export interface Mapping {
  items?: FieldPath
  /** Of these is the identity … */
  labels: [name: string, from: Place][]
  /** … and these are only told. */
  annotations: [name: string, from: Place][]
  severity?: {
    from: FieldPath
    /** It is a label, but no part of what makes the alert the same one. */
    apart: boolean
  }
  recovery?: { field: FieldPath; values: Set<string> }
  startsAt?: FieldPath
  endsAt?: FieldPath
  generatorURL?: FieldPath
}

export type Place = FieldPath | { value: string }

/** What a field says in one item of a body, as text. Null is nothing; a list or an object is its JSON. */
export function textAt(place: Place, item: unknown, body: unknown): string | undefined {
  if ('value' in place) return place.value
  const value = readPath(place, item, body)
  if (value === undefined || value === null) return undefined
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
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
 * The labels of `dedup`: those that it names by their fields, those that are always the same, and for each field
 * that is no label yet one that is called as the field is.
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

function placed(fields: [string, MappedField][]): [string, Place][] {
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

/** Paths were checked when the mapping was saved; one that is none after all leads nowhere. */
function pathOf(text: string): FieldPath {
  return parsePath(text) ?? { root: false, parts: [text] }
}
