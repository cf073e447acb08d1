import type { Chance } from '../base/time.ts'

declare const brand: unique symbol

/**
 * The version of an item: an opaque token, compared as a whole. Its text is `count.mark`. The count is the
 * number of puts since the last unconditional or first put. The mark is random, so that a version of an item
 * that was removed, and of the item under the same key that came after, are never equal.
 */
export type Version = string & { readonly [brand]: true }

/** A mark has 40 random bits: two puts with the same count share a mark once in 10^12 times. */
const MARK_VALUES = 2 ** 40

/** The version that a put gives to an item. `before`: the version that the put replaces, if its condition names it. */
export function newVersion(before: Version | undefined, chance: Chance): Version {
  const count = before === undefined ? 1 : putCount(before) + 1
  return joinVersion(count, Math.floor(chance() * MARK_VALUES).toString(36))
}

/** The number of conditional puts in a row, from 1. For names and sorting only: two lives of a key have equal counts. */
export function putCount(version: Version): number {
  return splitVersion(version).count
}

/** An adapter keeps both parts: a count to look at, and the mark beside. */
export function joinVersion(count: number, mark: string): Version {
  return `${count}.${mark}` as Version
}

export function splitVersion(version: Version): { count: number; mark: string } {
  const dot = version.indexOf('.')
  return { count: Number(version.slice(0, dot)), mark: version.slice(dot + 1) }
}
