import type { Chance } from '../base/time.ts'

declare const brand: unique symbol

/**
 * The version of an item: an opaque token, compared as a whole. The text is `count.mark`. The count is the number of
 * puts since the last unconditional or first put. The mark is random. So a version of a removed item never equals a
 * version of a later item under the same key.
 */
export type Version = string & { readonly [brand]: true }

/** A mark has 32 random bits: two puts with the same count have the same mark once in four billion times. */
const MARK_VALUES = 2 ** 32

/**
 * The version that a put gives to an item. `before`: the replaced version, if the condition of the put names a version.
 */
export function newVersion(before: Version | undefined, chance: Chance): Version {
  const count = before === undefined ? 1 : putCount(before) + 1
  return joinVersion(count, Math.floor(chance() * MARK_VALUES).toString(36))
}

/**
 * The number of conditional puts in a row, from 1. For names and sorting only: a removed item and a later item under
 * the same key may have equal counts.
 */
export function putCount(version: Version): number {
  return splitVersion(version).count
}

/** Adapters keep both parts: the count, readable for operators, and the mark beside the count. */
export function joinVersion(count: number, mark: string): Version {
  return `${count}.${mark}` as Version
}

export function splitVersion(version: Version): { count: number; mark: string } {
  const dot = version.indexOf('.')
  return { count: Number(version.slice(0, dot)), mark: version.slice(dot + 1) }
}
