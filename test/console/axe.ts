import { readFileSync } from 'node:fs'
import axe from 'axe-core'
import type { Page } from 'playwright-core'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/**
 * What keeps people out of the page, as axe finds it. `only`: these rules of axe alone. The content policy of the pages lets no script of others run, and
 * a browser that ignores the policy would also ignore its breaches: so axe runs in a world of its own beside the page.
 */
export async function axeFindings(page: Page, only?: readonly string[]): Promise<string[]> {
  const wanted = only === undefined ? RULES : { type: 'rule', values: only }
  const session = await page.context().newCDPSession(page)
  const { frameTree } = await session.send('Page.getFrameTree')
  const world = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'axe' })
  const contextId = world.executionContextId
  const run = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      ...{ expression, contextId, awaitPromise: true, returnByValue: true },
    })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }
  await run(`${axe.source};0`)
  const found = await run(
    `axe.run(document, { runOnly: ${JSON.stringify(wanted)}, resultTypes: ['violations'] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html, failureSummary }) =>
        id + ': ' + html.slice(0, 200) + ' ' + (failureSummary ?? '').slice(0, 300))))`,
  )
  await session.detach()
  return found as string[]
}

const LAYOUT = readFileSync(new URL('layout.js', import.meta.url), 'utf8')

/** Elements that stick out of a narrow page, and controls that a finger or a mouse would miss. */
export async function layoutFindings(page: Page, smallest: number): Promise<string[]> {
  return await page.evaluate(`${LAYOUT}
layoutFindings(${smallest})`)
}
