/**
 * Label names and values as the sender wrote them. A name may be any text, `__proto__` included: build labels with
 * `Object.fromEntries` or spread (both define own properties), read labels with `label`.
 */
export type Labels = Readonly<Record<string, string>>

/** The value of a label; a label that is absent is the empty string, as everywhere in Alertmanager. */
export function label(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] as string) : ''
}

export function countOf(labels: Labels): number {
  let count = 0
  for (const _ in labels) count++
  return count
}

/** Units that a name with its value adds in JSON: quotes, colon, comma. */
const ENTRY_UNITS = 6

/**
 * The length of labels in JSON, in UTF-16 units before escaping. The length is counted without serialising the labels.
 */
export function unitsOf(labels: Labels): number {
  let units = 0
  for (const name in labels) units += name.length + labels[name]!.length + ENTRY_UNITS
  return units
}

/** The most bytes of a single UTF-16 unit in JSON, as UTF-8: `\u0000`. */
export const UNIT_BYTES = 6

/** Names in Go's order (bytes of UTF-8), which fingerprints and group keys depend on. */
export function sortedNames(labels: Labels): string[] {
  const names = Object.keys(labels)
  return names.some((name) => SURROGATE.test(name)) ? names.sort(compareUtf8) : names.sort()
}

/** UTF-16 order is UTF-8 order but for surrogates against U+E000..U+FFFF; only then are bytes compared. */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return a < b ? -1 : 1
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

const SURROGATE = /[\ud800-\udfff]/

export function sameLabels(a: Labels, b: Labels): boolean {
  if (a === b) return true
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name])
}
