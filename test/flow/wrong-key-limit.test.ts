import { afterEach, expect, test } from 'vitest'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
afterEach(async () => {
  await stage.close()
})

test('an address that tries many wrong tokens is told to wait, and its right token still works', async () => {
  stage = await openStage()
  const wrong = async (path: string): Promise<number> => {
    const answer = await fetch(new URL(path, stage.host().url), { method: 'POST', body: '[]' })
    return answer.status
  }
  const statuses: number[] = []
  for (let n = 0; n < 120; n++) statuses.push(await wrong(n % 2 === 0 ? `/i/tsn_${n}` : `/l/tsl_${n}/claim`))
  expect(new Set(statuses.slice(0, 100))).toEqual(new Set([401, 404]))
  expect(new Set(statuses.slice(100))).toEqual(new Set([429]))
  expect((await stage.api('GET', '/api/v1/alerts', undefined, undefined, { authorization: 'Bearer x' })).status).toBe(
    429,
  )
  for (const authorization of ['Basic eDp4', 'Basic x']) {
    const basic = await stage.api('GET', '/api/v1/alerts', undefined, undefined, { authorization })
    expect(basic.status).toBe(429)
  }
  expect((await stage.integration('POST', '', [{ labels: { alertname: 'Right' } }])).status).toBe(202)
  expect((await stage.api('GET', '/api/v1/alerts')).status).toBe(200)
  await stage.clock.advanceTo(stage.start + 10_000)
  expect(await wrong('/i/tsn_x')).toBe(401)
})

test.each([['/%6c/tsl_'], ['/%6C/tsl_'], ['/l/%74sl_'], ['/%69/tsn_']])(
  '%s: escaped letters of the path do not hide wrong keys',
  async (start) => {
    stage = await openStage()
    const statuses: number[] = []
    for (let n = 0; n < 101; n++) statuses.push((await fetch(new URL(start + n, stage.host().url))).status)
    expect([statuses[99], statuses[100]]).toEqual([start.endsWith('n_') ? 401 : 404, 429])
  },
)
