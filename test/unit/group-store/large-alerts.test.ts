import { describe, expect, test } from 'vitest'
import type { Alert } from '../../../shared/alert/alert.ts'
import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import { unbornGroup } from '../../../shared/group/advance.ts'
import type { Group, Member } from '../../../shared/group/group.ts'
import { createHeads } from '../../../shared/group-store/heads.ts'
import { createPartReader } from '../../../shared/group-store/members.ts'
import { ITEM_BYTES } from '../../../shared/table/port.ts'
import { memoryTable } from '../../sim/table.ts'

const NOW = 1_700_000_000_000
const GROUP = 'a'.repeat(32)

function member(name: string, text: string): [string, Member] {
  const labels = { alertname: name }
  const origin = { account: 'acme', integration: 'default' }
  const alert: Alert = { labels, annotations: { text }, startsAt: NOW, endsAt: NOW + 1000, timeout: false, origin }
  return [fingerprint(labels), { alert, stamp: { at: NOW, tie: name }, claimedEnd: NOW + 1000 }]
}

function groupOf(members: [string, Member][]): Group {
  const group = unbornGroup('acme', GROUP, 'p', {}, { now: NOW, revision: '1' })
  return { ...group, members: new Map(members), wakeAt: NOW + 1000 }
}

/** Small alerts first: no sample of the first few tells the size of the rest. */
const MIXES: [title: string, members: [string, Member][]][] = [
  ['forty large ones after eight small', [...some(8, 'small', 10), ...some(40, 'large', 60_000)]],
  ['a hundred of the largest', some(100, 'largest', 320_000)],
  ['two of the largest whose fingerprints begin alike', alike(2, 8)],
  ['ten of three bytes a letter', some(10, 'wide', 100_000, '界')],
]

function some(count: number, name: string, letters: number, letter = 'x'): [string, Member][] {
  return Array.from({ length: count }, (_, index) => member(`${name}-${index}`, letter.repeat(letters)))
}

/** Alerts with the same first bits in their fingerprints. */
function alike(count: number, bits: number): [string, Member][] {
  const found: [string, Member][] = []
  for (let index = 0; found.length < count; index++) {
    const labels = { alertname: `alike-${index}` }
    if (Number.parseInt(fingerprint(labels).slice(0, 8), 16) >>> (32 - bits) === 0)
      found.push(member(`alike-${index}`, 'x'.repeat(320_000)))
  }
  return found
}

const BY = { now: NOW, chance: () => 0.5, retentionMs: 1000, maxDelayMs: 900_000, closed: [] }

describe('a group of large alerts', () => {
  test.each(MIXES)('%s fits its items and comes back as it was', async (_, members) => {
    const table = memoryTable({ now: () => NOW, elapsed: () => 0, after: () => () => {} })
    const sizes: number[] = []
    const watched = {
      ...table,
      put: (...args: Parameters<typeof table.put>) => {
        sizes.push(Buffer.byteLength(args[0].body))
        return table.put(...args)
      },
    }
    const group = groupOf(members)
    expect(await createHeads(watched).save(undefined, group, BY)).toBe('saved')
    expect(Math.max(...sizes)).toBeLessThan(ITEM_BYTES)
    const loaded = await createHeads(table).load('acme', GROUP)
    expect(new Map(loaded?.group.members)).toEqual(new Map(members))
  })

  test.each(MIXES)('%s: shown a few at a time, each once, in order', async (_, members) => {
    const table = memoryTable({ now: () => NOW, elapsed: () => 0, after: () => () => {} })
    await createHeads(table).save(undefined, groupOf(members), BY)
    const reader = createPartReader(table, 'acme')
    const shown: string[] = []
    for (let more = true; more; ) {
      const some = await reader.members(GROUP, { after: shown.at(-1), limit: 7 })
      shown.push(...some!.members.map(([found]) => found))
      more = some!.more
    }
    expect(shown).toEqual(members.map(([found]) => found).sort())
    for (const [known] of members) expect(await reader.member(GROUP, known)).toBeDefined()
  })
})
