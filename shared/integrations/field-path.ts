import { isObject, own } from '../base/value.ts'

/**
 * A place in a JSON body: `state`, `device.name`, `values[0].text`, `tags["a.b"]`. The place is in the item of an
 * alert; with `$.` in front (JSONPath's root, as ARMS writes the root), in the whole body.
 */
export interface FieldPath {
  root: boolean
  parts: readonly (string | number)[]
}

const LONGEST_PATH = 200

const PART = /(?:^|\.)([^.[\]"'\s][^.[\]"']*)|\[(\d{1,6})\]|\["([^"]+)"\]|\['([^']+)'\]/y

/** Undefined: the text is not a path. */
export function parsePath(text: string): FieldPath | undefined {
  if (text.length > LONGEST_PATH) return undefined
  const root = text === '$' || text.startsWith('$.') || text.startsWith('$[')
  // The text after the `$` begins with a dot or a bracket, as every further part does.
  const rest = root ? text.slice(1) : text
  if (rest === '') return root ? { root, parts: [] } : undefined
  if (!root && rest.startsWith('.')) return undefined
  const parts: (string | number)[] = []
  for (PART.lastIndex = 0; PART.lastIndex < rest.length; ) {
    const found = PART.exec(rest)
    if (found === null) return undefined
    const [, plain, index, ...quoted] = found
    parts.push(index === undefined ? (plain ?? quoted[0] ?? quoted[1] ?? '') : Number(index))
  }
  return { root, parts }
}

/** The last name in the path, as the name of a label. */
export function lastName({ parts }: FieldPath): string | undefined {
  return parts.findLast((part): part is string => typeof part === 'string')
}

/** Undefined: the path leads to no value. Only own fields of objects and entries of lists count. */
export function readPath({ root, parts }: FieldPath, item: unknown, body: unknown): unknown {
  let at: unknown = root ? body : item
  for (const part of parts) {
    if (Array.isArray(at)) at = typeof part === 'number' ? at[part] : undefined
    else at = isObject(at) ? own(at, String(part)) : undefined
  }
  return at
}
