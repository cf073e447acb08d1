import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'

/**
 * A folder of pictures in docs, with the hash of what each picture shows: a picture whose page is no longer what the code
 * writes is told from a picture that is right, without a comparison of pixels. Fonts and browsers may differ.
 */
export interface Album {
  /** Whether the picture is there and was made of this text. */
  isFresh(name: string, shown: string): boolean
  /** Names of all pictures that were made. */
  names(): string[]
  /** Makes the picture anew, of the page as it is or of one part of it. */
  save(name: string, shown: string, page: Page, clip?: Clip): Promise<void>
}

export interface Clip {
  x: number
  y: number
  width: number
  height: number
}

const LIST = 'pictures.json'
/** Small enough for the repository, and text stays sharp. */
const QUALITY = 60

export function openAlbum(folder: string): Album {
  const path = resolve(import.meta.dirname, '../../docs', folder)
  const list = join(path, LIST)
  const read = (): Record<string, string> =>
    existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Record<string, string>) : {}
  return {
    isFresh: (name, shown) => read()[name] === hashOf(shown) && existsSync(join(path, `${name}.webp`)),
    names: () => Object.keys(read()),
    async save(name, shown, page, clip) {
      mkdirSync(path, { recursive: true })
      writeFileSync(join(path, `${name}.webp`), await webpOf(page, clip))
      const hashes = Object.entries({ ...read(), [name]: hashOf(shown) }).sort()
      writeFileSync(list, `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`)
    },
  }
}

export async function webpOf(page: Page, clip?: Clip): Promise<Buffer> {
  const session = await page.context().newCDPSession(page)
  const area = clip && { ...clip, scale: 1 }
  const { data } = await session.send('Page.captureScreenshot', {
    ...{ format: 'webp', quality: QUALITY },
    // A picture of no part is what a window shows, not the whole length of the page.
    ...(area && { clip: area, captureBeyondViewport: true }),
  })
  await session.detach()
  return Buffer.from(data, 'base64')
}

function hashOf(shown: string): string {
  return createHash('sha256').update(shown).digest('hex').slice(0, 16)
}
