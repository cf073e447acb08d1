import { isMap, isPair, isSeq, type Node } from 'yaml'
import { keyText, type ScalarValue } from './value.ts'

/**
 * The place in the text of what a path leads to: the key of an entry, or the beginning of an item of a list. A path that
 * leads further than the document, to a key that is missing, has the place of its last part that is there. An alias is
 * as far as a path can be followed. Undefined: the document is empty.
 */
export function offsetOf(
  root: Node | null,
  path: readonly (string | number)[],
  scalar: ScalarValue,
): number | undefined {
  let node: unknown = root
  let found = root?.range?.[0]
  for (const part of path) {
    const [key, value] = step(node, part, scalar) ?? []
    if (key === undefined) break
    found = (key as Node | null)?.range?.[0] ?? found
    node = value
  }
  return found
}

/** The node to point at, and the node to go on from. Undefined: the node has no such part. */
function step(node: unknown, part: string | number, scalar: ScalarValue): [unknown, unknown] | undefined {
  if (isSeq(node)) {
    const item = typeof part === 'number' ? node.items[part] : undefined
    return item === undefined ? undefined : [isPair(item) ? item.key : item, item]
  }
  const pairs = isMap(node) ? node.items : isPair(node) ? [node] : []
  const pair = pairs.find(({ key }) => keyText(key, scalar) === String(part))
  return pair === undefined ? undefined : [pair.key, pair.value]
}
