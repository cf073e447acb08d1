import { expect } from 'vitest'

export type Walk = { found: string[]; limit: number; next: string | undefined }

/** The pages of a query in sequence: no page is longer than the limit, and the last page has no `next`. */
export async function walk(read: (after: { after?: string }) => Promise<Walk>): Promise<string[]> {
  const all: string[] = []
  let after: string | undefined
  for (let pages = 0; pages < 100; pages++) {
    const { found, limit, next } = await read(after === undefined ? {} : { after })
    expect(found.length).toBeLessThanOrEqual(limit)
    all.push(...found)
    if (next === undefined) return all
    after = next
  }
  throw new Error('the pages do not end')
}

/** Text that stays long when compressed. */
export function noise(length: number, seed: string): string {
  let state = [...seed].reduce((hash, c) => (hash * 31 + c.charCodeAt(0)) >>> 0, 7)
  let text = ''
  while (text.length < length) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    text += state.toString(36)
  }
  return text.slice(0, length)
}
