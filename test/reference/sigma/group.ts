import { mapping } from './evaluate.ts'
import { fieldOf, textOf } from './field.ts'

/**
 * The groups of a record, as texts: one for every combination of values. "The resulting query must count events for
 * each group specified by group-by separately". `tocsin.groupBy` is Tocsin's own: a label has the first of its fields
 * with a value, and a label that no name of `group-by` asks for may be without a value.
 */
export function groupsOf(document: Record<string, unknown>, record: unknown): string[] {
  const names = [mapping(document.correlation, 'correlation')['group-by'] ?? []].flat().map(String)
  const labels = labelsOf(document) ?? names.map((name) => [name])
  const asked = labels.map((fields) => names.length === 0 || names.some((name) => fields.includes(name)))
  const others = names.filter((name) => !labels.some((fields) => fields.includes(name)))
  const parts = [
    ...labels.map((fields, place) => ({ fields, required: asked[place] })),
    ...others.map((name) => ({ fields: [name], required: true })),
  ]
  let groups: string[][] = [[]]
  for (const { fields, required } of parts) {
    const values = fields.map((field) => valuesOf(record, field)).find((found) => found.length > 0) ?? []
    if (values.length === 0 && required) return []
    const choices = values.length === 0 ? [''] : values
    groups = groups.flatMap((group) => choices.map((value) => [...group, value]))
  }
  return groups.map((group) => JSON.stringify(group))
}

function labelsOf(document: Record<string, unknown>): unknown[][] | undefined {
  const groupBy = document.tocsin === undefined ? undefined : mapping(document.tocsin, 'tocsin').groupBy
  if (groupBy === undefined) return undefined
  return Array.isArray(groupBy)
    ? groupBy.map((field) => [field])
    : Object.values(mapping(groupBy, 'groupBy')).map((fields) => [fields].flat())
}

function valuesOf(record: unknown, field: unknown): string[] {
  if (typeof field === 'string') return texts(fieldOf(record, field).values)
  const type = String(mapping(field, 'field').resource)
  const referenced = fieldOf(record, 'referencedResources').values[0]
  if (typeof referenced === 'object' && referenced !== null && type in referenced) {
    return texts([mapping(referenced, 'referencedResources')[type]].flat())
  }
  const types = texts(fieldOf(record, 'resourceType').values).flatMap((text) => text.split(';'))
  const names = texts(fieldOf(record, 'resourceName').values).flatMap((text) => text.split(';'))
  return texts(
    names.filter((_, place) => types.length === 0 || types[place] === type).flatMap((name) => name.split(',')),
  )
}

function texts(values: readonly unknown[]): string[] {
  return [...new Set(values.flatMap((value) => textOf(value) ?? []))].filter((text) => text !== '')
}
