import type { Draft } from './context.ts'
import type { Group } from './group.ts'

/** A copy of the group for a decision: the maps may be changed, their members are replaced. */
export function draftOf(before: Group): Draft {
  const group = {
    ...before,
    members: new Map(before.members),
    tombstones: new Map(before.tombstones),
    targets: new Map(before.targets),
  }
  const said = { contents: [], open: [], closed: [], reopened: [], log: [], arrived: [], closedKeys: new Map() }
  return { group, ...said, frozen: new Map(), views: new Map(), heardElsewhere: new Set(), moved: new Map() }
}
