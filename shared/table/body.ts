import { Unavailable } from '../base/unavailable.ts'
import type { ItemKey } from './port.ts'

/**
 * The shape of one kind of body: a JSON object with a `format`. The format rises only when a writer that does not know
 * a new field would lose the field by saving. A field that readers may ignore needs no new format. The release before
 * already reads the new format and keeps its fields, so going back by one release is safe.
 */
export interface BodyShape<Body extends object> {
  /** The kind of item, in words of the log. */
  readonly name: string
  /** The format of the bodies that this release writes. */
  readonly writes: number
  /** The newest format that this release reads; this release reads older formats too. */
  readonly reads: number
  /** Exists only in the type: a value never has the member. */
  readonly body?: Body
}

/** A shape with format 1, unless the formats are given. */
export function bodyShape<Body extends object>(
  name: string,
  formats: { writes: number; reads: number } = { writes: 1, reads: 1 },
): BodyShape<Body> {
  return { name, ...formats }
}

/** The text of a body. The format comes first in the text, and is not part of the value. */
export function writeBody<Body extends object>(shape: BodyShape<Body>, body: Body): string {
  return JSON.stringify({ format: shape.writes, ...body })
}

/**
 * The value of a stored body, without the format. Throws `ItemTooNew`. JSON.parse defines a key named `__proto__` as an
 * own property, so labels of every name survive.
 */
export function readBody<Body extends object>(shape: BodyShape<Body>, item: ItemKey & { body: string }): Body {
  const { format, ...body } = JSON.parse(item.body) as { format?: number }
  // An absent format fails too: all writers give a format.
  if (format === undefined || !(format <= shape.reads)) throw new ItemTooNew(shape, item, format)
  return body as Body
}

/**
 * A newer release wrote the item, and this release does not guess the meaning. For this release the item is
 * unavailable, so a message that needs the item goes back to its queue, for the workers that are upgraded next.
 */
export class ItemTooNew extends Unavailable {
  readonly key: ItemKey
  readonly format: unknown

  constructor(shape: BodyShape<object>, { partition, sort }: ItemKey, format: unknown) {
    super(
      'table',
      `read of ${shape.name} (${partition} ${sort})`,
      format === undefined ? 'no format' : `format ${format} is too new, this release reads up to ${shape.reads}`,
    )
    this.key = { partition, sort }
    this.format = format
  }
}
