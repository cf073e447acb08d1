import { deliveryId } from './content.ts'
import type { Note } from './context.ts'
import type { Group, LogEntry, TimelineEntry } from './group.ts'
import { keysOf, storedKeys } from './stored-keys.ts'

/*
 * The log of a group. A decision notes an entry for each target, and hundreds of targets are mostly told the same at
 * the same time. So the entries of a decision that differ in nothing but their target are kept as one entry with all the
 * targets. The id of a delivery is a function of group, target and content, so such an entry has no ids.
 */

/**
 * Joins entries that differ only in the target. The entries of each target stay in order, and no entry passes an entry
 * about the whole group.
 */
export function joinNotes(notes: readonly Note[]): LogEntry[] {
  const joined: { note: Note; targets: string[] }[] = []
  const places = new Map<string, number>()
  const lastOf = new Map<string, number>()
  let lastOfGroup = -1
  for (const note of notes) {
    const { target } = note
    if (target === undefined) {
      lastOfGroup = joined.push({ note, targets: [] }) - 1
      continue
    }
    const text = textOf(note)
    let place = places.get(text) ?? -1
    if (place <= lastOfGroup || place <= (lastOf.get(target) ?? -1)) {
      place = joined.push({ note, targets: [] }) - 1
      places.set(text, place)
    }
    joined[place]!.targets.push(target)
    lastOf.set(target, place)
  }
  return joined.map(entryOf)
}

/** All that two entries must have in common to be joined. */
function textOf({ target: _, delivery, parts, ...rest }: Note): string {
  return JSON.stringify([rest, parts ?? delivery])
}

function entryOf({ note, targets }: { note: Note; targets: string[] }): LogEntry {
  const { parts, ...entry } = note
  if (targets.length < 2) return entry
  const { target: _, delivery: __, ...rest } = entry
  return { ...rest, targets: storedKeys(targets), ...(parts && { deliveries: parts }) }
}

/** The targets of an entry; none: the entry is about the whole group. */
export function targetsOf({ target, targets }: LogEntry): string[] {
  if (targets !== undefined) return keysOf(targets)
  return target === undefined ? [] : [target]
}

/** The entry of the timeline about one of the targets of the entry; `undefined`: about the whole group. */
export function entryAbout(target: string | undefined, entry: LogEntry, { id }: Pick<Group, 'id'>): TimelineEntry {
  const { targets, deliveries, ...rest } = entry
  if (targets === undefined || target === undefined) return rest
  if (deliveries === undefined) return { ...rest, target }
  const { birth, count, content } = deliveries
  return { ...rest, target, delivery: deliveryId({ id, birth }, target, { count }, { hash: content }) }
}
