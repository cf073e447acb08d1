import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

const LETTERS = readFileSync(new URL('letters.js', import.meta.url), 'utf8')

/** Words of sentences, beside the names in them, whose letters do not stand from left to right. */
export async function turnedAround(page: Page, place: string): Promise<string[]> {
  return await page.evaluate(`${LETTERS}
turnedAround(${JSON.stringify(place)})`)
}

/** Words that begin in one line and end in another. */
export async function brokenWords(page: Page, place: string): Promise<string[]> {
  return await page.evaluate(`${LETTERS}
brokenWords(${JSON.stringify(place)})`)
}
