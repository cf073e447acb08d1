import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Chromium of the system: nothing is downloaded. */
const PROGRAM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))

export const whySkipped = PROGRAM === undefined ? ' (SKIPPED: chromium is not installed)' : ''

/** One browser for all suites; as root it runs without its sandbox. */
export async function startChromium(more: readonly string[] = []): Promise<Browser> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox', ...more] : more
  return await chromium.launch({ executablePath: PROGRAM!, args: [...args, '--disable-dev-shm-usage'] })
}

export interface Window {
  context: BrowserContext
  page: Page
  /** What no page of the console may do, as it happened in this window. */
  faults: string[]
  /** Paths that were asked for, with the statuses of their answers. */
  asked: { method: string; path: string; status: number; bytes: number }[]
}

export const DESK = { viewport: { width: 1280, height: 860 } } as const
export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } as const

/** A window of a person, in which every fault of a page is noted. */
export async function openWindow(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = DESK,
): Promise<Window> {
  const context = await browser.newContext({ locale: 'en-US', timezoneId: 'Asia/Shanghai', ...options })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const faults: string[] = []
  const asked: Window['asked'] = []
  page.on('pageerror', (error) => faults.push(`error of a script: ${error.message}`))
  page.on('console', (message) => {
    const text = message.text()
    // Chromium notes every answer of 400 and above; the status is judged below.
    if (/^Failed to load resource/.test(text)) return
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`console: ${text}`)
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('data:')) {
      faults.push(`foreign request: ${request.url()}`)
    }
  })
  page.on('response', async (response) => {
    const [request, path] = [response.request(), response.url().slice(url.length)]
    const sizes = await request.sizes().catch(() => undefined)
    const bytes = (sizes?.responseBodySize ?? 0) + (sizes?.responseHeadersSize ?? 0)
    asked.push({ method: request.method(), path, status: response.status(), bytes })
    if (response.status() >= 500) faults.push(`${response.status()} of ${path}`)
  })
  return { context, page, faults, asked }
}
