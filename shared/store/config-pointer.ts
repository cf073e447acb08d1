import type { Millis } from '../base/time.ts'
import { type BodyShape, bodyShape, writeBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import { ifUnchanged, type Table } from '../table/port.ts'
import { readItem } from '../table/update.ts'
import type { Version } from '../table/version.ts'

/** Names a part (`config-parts.ts`): the section, and the name of the part. */
export type PartName = [section: string, name: string]

/** Names a version of a part, so that a part that was written anew since is another one. */
export type PartVersion = [...PartName, version: Version]

/** The only item of a configuration that changes. The parts that the pointer names never change. */
export interface Pointer {
  /** Raised by every change but a change of people alone. Groups restart their timers when it rises. */
  revision: string
  /** The moment at which `revision` rose. */
  since: Millis
  /** Raised by every change of people. Absent: no change of people was made. */
  peopleRevision?: string
  /** Names of the parts of each section, in order; a section without content has no entry. */
  parts: Record<string, string[]>
  /**
   * Parts that the pointer before named and this pointer does not. The parts get an end, then this field goes. A process
   * that ends in between leaves the field, and the next reader with the right to write goes on.
   */
  going?: { expiresAt: Millis; parts: PartVersion[] }
}

export interface StoredPointer {
  /** Absent: no configuration was saved yet. */
  pointer: Pointer | undefined
  version: Version | 'absent'
}

/** The format of the pointer is the format of its parts too. */
const POINTER: BodyShape<Pointer> = bodyShape('the configuration of an account')

export async function readPointer(table: Table, account: string): Promise<StoredPointer> {
  const stored = await readItem(table, keys.account(account, 'config'), POINTER)
  return { pointer: stored?.body, version: stored?.version ?? 'absent' }
}

/** Safe twice and late: the second pointer from the same version is lost. */
export async function putPointer(
  table: Table,
  account: string,
  pointer: Pointer,
  before: Version | 'absent',
): Promise<Version | 'lost'> {
  const item = { ...keys.account(account, 'config'), body: writeBody(POINTER, pointer) }
  return await table.put(item, ifUnchanged(before))
}
