import type { Group } from '../group/group.ts'

/** A group without the members, tombstones and targets, which make a group large. */
export type GroupCore = Omit<Group, 'members' | 'tombstones' | 'targets'>
