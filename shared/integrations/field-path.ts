import { isObject, own } from './value.ts'

/**
 * A place in a JSON body: `state`, `device.name`, `values[0].text`, `tags["a.b"]`. It is looked for in the item
 * that an alert is made of; with `$.` before it (JSONPath's root, as ARMS writes it), in the whole body.
 */
export interface FieldPath {
  root: boolean
  parts: readonly (string | number)[]
}

const LONGEST_PATH = 200

const PART = /(?:^|\.)([^.[\]"'\s][^.[\]"']*)|\[(\d{1,6})\]|\["([^"]+)"\]|\['([^']+)'\]/y

/** Undefined: it is none. */
export function parsePath(text: string): FieldPath | undefined {
  if (text.length > LONGEST_PATH) return undefined
  const root = text === '$' || text.startsWith('$.') || text.startsWith('$[')
  // What follows the `$` begins with a dot or a bracket, as every further part does.
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

/** The last name on the way, for something that needs a name. */
export function lastName({ parts }: FieldPath): string | undefined {
  return parts.findLast((part): part is string => typeof part === 'string')
}

/** Undefined: there is nothing. Own fields only, and of lists their entries. */
export function readPath({ root, parts }: FieldPath, item: unknown, body: unknown): unknown {
  let at: unknown = root ? body : item
  for (const part of parts) {
    if (Array.isArray(at)) at = typeof part === 'number' ? at[part] : undefined
    else at = isObject(at) ? own(at, String(part)) : undefined
  }
  return at
}
