import type { AnchorSet } from '../../../shared/rule/anchor.ts'
import { fold } from '../../../shared/rule/fold.ts'
import { compileLookup } from '../../../shared/rule/lookup.ts'
import type { Fields } from '../../../shared/rule/reading.ts'

/** The values of a field in the sample. */
interface FieldValues {
  texts: Map<string, number>
  /** Values that a scan of bytes does not judge. */
  others: number
}

/** About how many records of a sample contain an anchor of a set. */
export function createRarity(sample: readonly Fields[]): (set: AnchorSet) => number {
  const known = new Map<string, FieldValues>()
  const valuesOf = (field: string): FieldValues => {
    const found = known.get(field) ?? countValues(sample, field)
    known.set(field, found)
    return found
  }
  return (set) => {
    const fields = new Set(set.map(({ field }) => field ?? ''))
    let count = [...fields].reduce((sum, field) => sum + valuesOf(field).others, 0)
    for (const { field, how, text } of set) {
      const { texts } = valuesOf(field ?? '')
      if (how === 'is') count += texts.get(text) ?? 0
      else for (const [value, times] of texts) if (value.includes(text)) count += times
    }
    return count
  }
}

function countValues(sample: readonly Fields[], field: string): FieldValues {
  const lookup = compileLookup(field)
  const values: FieldValues = { texts: new Map(), others: 0 }
  for (const record of sample) {
    const value = lookup(record)
    if (typeof value === 'string') values.texts.set(fold(value), (values.texts.get(fold(value)) ?? 0) + 1)
    else if (value !== undefined && value !== null) values.others++
  }
  return values
}
