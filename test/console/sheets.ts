import type { Browser } from 'playwright-core'

export interface Picture {
  name: string
  /** JPEG */
  bytes: Buffer
}

/** Many small pictures on one, each under its name. PNG. */
export async function contactSheet(
  browser: Browser,
  pictures: readonly Picture[],
  { columns, width }: { columns: number; width: number },
): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: columns * (width + 8), height: 600 } })
  const cells = pictures.map(
    ({ name, bytes }) =>
      `<figure><figcaption>${name}</figcaption><img src="data:image/jpeg;base64,${bytes.toString('base64')}"></figure>`,
  )
  await page.setContent(
    `<style>body { margin: 0; display: grid; grid-template-columns: repeat(${columns}, ${width}px); gap: 8px; align-items: start; background: #777; color: #fff; font: 12px sans-serif } figure { margin: 0 } img { display: block; width: 100% }</style>${cells.join('')}`,
  )
  const sheet = await page.screenshot({ fullPage: true })
  await page.close()
  return sheet
}
