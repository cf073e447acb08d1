import { afterEach, expect, test } from 'vitest'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
afterEach(async () => {
  await stage.close()
})

test('a host with a path in its public URL serves the URLs that it shows, and the same without that path', async () => {
  stage = await openStage({ publicUrl: 'http://alerts.example/tocsin' })
  const shown = (await (await stage.api('GET', '/tocsin/api/v1/integrations/default')).json()) as { url: string }
  const { pathname } = new URL(shown.url)
  expect(pathname).toMatch(/^\/tocsin\/i\/tsn_/)
  const statuses: number[] = []
  for (const path of [
    pathname,
    pathname.replace('/tocsin', ''),
    `${pathname.replace('/i/', '//i/')}//api/v2/alerts/`,
  ]) {
    statuses.push((await stage.api('POST', path, [{ labels: { alertname: 'Row' } }])).status)
  }
  for (const path of ['/tocsin/-/ready', '/-/ready', '/tocsin/', '/']) {
    statuses.push((await stage.api('GET', path)).status)
  }
  expect(statuses).toEqual([202, 202, 200, 200, 200, 200, 200])
})
