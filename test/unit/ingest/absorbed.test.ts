import { describe, expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../../shared/base/time.ts'
import { createAbsorbed } from '../../../shared/refresh/absorbed.ts'
import { type Bench, bench, NOW, type Options, post } from './setup.ts'

/* The setting `absorbRefreshes`, in a container of AWS. */

const ON = { absorbRefreshes: true }

interface Container extends Bench {
  /** Posts alerts that fire, by their names, so many seconds after the first post; `-a` is over. */
  posts(second: number, names: string[], annotations?: object): Promise<number>
}

function container(settings: Record<string, unknown>, options: Options = {}): Container {
  let now = NOW
  const made = bench({ ...options, integration: { settings }, refreshes: createAbsorbed(), now: () => now })
  return {
    ...made,
    async posts(second, names, annotations = {}) {
      now = NOW + second * SECOND
      const alerts = names.map((name) => {
        const endsAt = new Date(name.startsWith('-') ? now : now + 4 * MINUTE).toISOString()
        const labels = { alertname: name.replace('-', '') }
        return { labels, annotations, startsAt: new Date(NOW - MINUTE).toISOString(), endsAt }
      })
      return (await made.ingest(post(JSON.stringify(alerts)))).status
    },
  }
}

function sentNames({ alerts }: Bench): string[][] {
  return alerts().map((message) => message.alerts.map(({ labels }) => labels.alertname!))
}

test('of a post the queue gets the alerts that are no refreshes, and no message when there are none', async () => {
  const made = container(ON)
  const answers = [await made.posts(0, ['a', 'b']), await made.posts(60, ['a', 'b']), await made.posts(75, ['a', 'c'])]
  answers.push(await made.posts(80, ['-a', 'b']), await made.posts(90, ['a', 'b', 'c']), await made.posts(100, ['b']))
  expect(answers).toEqual([200, 200, 200, 200, 200, 200])
  expect(sentNames(made)).toEqual([['a', 'b'], ['c'], ['a'], ['a'], ['b']])
  expect(made.kept).toEqual([2, 1, 1, 2])
})

test.each([{}, { absorbRefreshes: false }])('with the settings %j every alert is sent', async (settings) => {
  const made = container(settings)
  await made.posts(0, ['a'])
  await made.posts(60, ['a'])
  expect([sentNames(made), made.kept]).toEqual([[['a'], ['a']], []])
})

test('what the queue did not take is sent again', async () => {
  const taken: number[] = []
  let away = true
  const send: Options['send'] = async (messages) => {
    if (away) return { failed: messages.map((_, index) => index) }
    taken.push(messages.length)
    return { failed: [] }
  }
  const made = container(ON, { send })
  expect(await made.posts(0, ['a'])).toBe(503)
  away = false
  expect([await made.posts(1, ['a']), await made.posts(2, ['a']), taken]).toEqual([200, 200, [1]])
})

describe('an alert that is larger than a message', () => {
  test('is refused each time', async () => {
    const made = container(ON)
    const large = { text: 'x'.repeat(400 * 1024) }
    expect([await made.posts(0, ['a'], large), await made.posts(1, ['a'], large)]).toEqual([400, 400])
  })
})
