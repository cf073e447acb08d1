import { expect, test } from 'vitest'
import { takeCensus } from '../../../../functions/api/alertmanager/census.ts'
import { HOUR, MINUTE, toRfc3339 } from '../../../../shared/base/time.ts'
import { CONFIG, START, startApi } from '../harness.ts'
import { silence } from './posted-silence.ts'

test('counts every alert once, with what holds it back now, and every silence by its state', async () => {
  const api = await startApi()
  const gauges = (): string[] =>
    api.metrics
      .render()
      .split('\n')
      .filter((line) => /^alertmanager_(alerts|silences)\{/.test(line))
  for (const account of ['a', 'b']) {
    expect((await api.ask('PUT', '/api/v1/config', { key: `${account}-owner`, body: CONFIG })).status).toBe(200)
  }
  await takeCensus(api.deps, async () => {})
  expect(gauges()).toEqual([
    'alertmanager_alerts{state="active"} 0',
    'alertmanager_alerts{state="suppressed"} 0',
    'alertmanager_alerts{state="unprocessed"} 0',
    'alertmanager_silences{state="active"} 0',
    'alertmanager_silences{state="expired"} 0',
    'alertmanager_silences{state="pending"} 0',
  ])
  const put = async (from: number, to: number): Promise<void> => {
    const times = { startsAt: toRfc3339(START + from), endsAt: toRfc3339(START + to) }
    const body = silence([['quiet', 'yes']], times)
    expect((await api.ask('POST', '/api/v2/silences', { key: 'a-owner', body })).status).toBe(200)
  }
  await put(0, 2 * HOUR)
  await put(HOUR, 2 * HOUR)
  const alerts = Array.from({ length: 450 }, (_, n) => ({
    labels: { alertname: `A${n}`, ...(n % 3 === 0 ? { quiet: 'yes' } : {}) },
  }))
  await api.post('a', alerts)
  await api.post('b', [
    { labels: { alertname: 'B', quiet: 'yes' } },
    { labels: { alertname: 'Over' }, startsAt: START - HOUR, endsAt: START - MINUTE },
  ])
  let rests = 0
  await takeCensus(api.deps, async () => {
    rests++
  })
  expect(gauges()).toEqual([
    'alertmanager_alerts{state="active"} 301',
    'alertmanager_alerts{state="suppressed"} 150',
    'alertmanager_alerts{state="unprocessed"} 0',
    'alertmanager_silences{state="active"} 1',
    'alertmanager_silences{state="expired"} 0',
    'alertmanager_silences{state="pending"} 1',
  ])
  expect(rests).toBeGreaterThan(3)
})
