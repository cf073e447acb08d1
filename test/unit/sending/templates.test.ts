import { describe, expect, test } from 'vitest'
import type { NotifyDeps } from '../../../functions/notify/handler.ts'
import type { ContentTemplate } from '../../../shared/config/content-template.ts'
import { sampleNotification } from '../../../shared/content-template/sample.ts'
import type { Delivery } from '../../../shared/delivery/delivery.ts'
import { putDeliveries } from '../../../shared/group-store/deliveries.ts'
import { putLedgers } from '../../../shared/group-store/ledger.ts'
import { readClaims } from '../../../shared/group-store/ledger-claims.ts'
import { LEDGER_VERSION } from '../../../shared/message/message.ts'
import type { OutboundResult } from '../../../shared/outbound/request.ts'
import { leanTemplates, templateParts } from '../../../shared/store/stored-templates.ts'
import { keys } from '../../../shared/table/keys.ts'
import { channel, delivery, due, message, NOW, OK, run, type World, world } from './setup.ts'

const LEDGER = 'l1.0'
const text = '{"name": "{{ alert_name }}", "event": {{ alert.labels.eventName }}}'

function template(kinds: ContentTemplate['kinds']): ContentTemplate {
  return { id: 'short', name: 'Short', kinds }
}
const SINGLE = template({ webhook: { texts: [{ language: 'en', content: text }], mode: 'single' } })
const BATCH = template({ webhook: { texts: [{ language: 'en', content: text }], mode: 'batch' } })
const FAILS = template({ webhook: { texts: [{ language: 'en', content: '{{ 1 / 0 }}' }], mode: 'batch' } })

/** A world with a delivery in the words of the template; `stored`: the template is in the table. */
async function ready(
  given: ContentTemplate,
  { stored = true, result = OK, ...more }: Partial<NotifyDeps> & { stored?: boolean; result?: OutboundResult } = {},
) {
  const here = world(more, [channel()], result)
  const [lean] = leanTemplates([given])
  const [part] = templateParts([given])
  if (stored) await here.deps.table.put({ ...keys.account('acme', 'part', part!.name), body: part!.body() }, 'absent')
  const told: Delivery = {
    ...delivery(),
    notification: sampleNotification('firing'),
    how: { template: given.id, hash: lean!.hash, language: 'en', timeZone: 'UTC' },
  }
  const times = { openedAt: NOW, expiresAt: NOW + 86_400_000 }
  await putLedgers(here.deps.table, [[told]], { ...times, name: 'l1' })
  return { here, told }
}
const attempt = (number = 1) => message(due({ v: LEDGER_VERSION, ledger: LEDGER, attempt: number }), `m${number}`)
const bodies = ({ asked }: World) => asked.map(({ body }) => JSON.parse(body))
const ids = ({ asked }: World) => asked.map(({ headers }) => headers['webhook-id'])

describe('a delivery in the words of a template', () => {
  test('is sent in these words, the same bytes under the same id on every attempt', async () => {
    const { here } = await ready(BATCH)
    expect(await run(here, attempt(1))).toEqual([])
    expect(await run(here, attempt(2))).toEqual([])
    expect(bodies(here)[0]).toEqual([
      { name: 'VPC Network Route Change Alert', event: 'CreateRouteEntry' },
      { name: 'VPC Network Route Change Alert', event: 'DeleteRouteEntry' },
    ])
    expect(here.asked[1]!.body).toBe(here.asked[0]!.body)
    expect(ids(here)).toEqual(['g1-d1', 'g1-d1'])
    expect(here.outcomes.map(({ outcome }) => outcome.kind)).toEqual(['arrived', 'arrived'])
  })

  test('is sent in these words from an item of its own', async () => {
    const { here, told } = await ready(BATCH)
    await putDeliveries(here.deps.table, [told], { expiresAt: NOW + 86_400_000 })
    await run(here, message(due()))
    expect(bodies(here)[0]).toHaveLength(2)
  })

  test.each<[string, ContentTemplate, boolean, string]>([
    ['fails', FAILS, true, 'Template short could not be used: content, line 1, column 3: cannot divide by zero'],
    ['is gone', BATCH, false, 'Template short could not be used: its text is gone'],
    [
      'has no text for the kind',
      template({}),
      true,
      'Template short could not be used: it has no text for this kind of channel',
    ],
  ])('has the built-in text with a note when the template %s', async (_what, given, stored, note) => {
    const { here } = await ready(given, { stored })
    await run(here, attempt())
    expect(bodies(here)[0]).toMatchObject({ version: '4', alerts: [{}, {}], note })
    expect(here.outcomes[0]?.outcome).toMatchObject({ kind: 'arrived', note })
    expect((await readClaims(here.deps.table, 'acme', LEDGER))('g1-d1').last).toMatchObject({ note })
  })

  test('is not begun when the table does not answer: the message comes again', async () => {
    const { here } = await ready(BATCH)
    const { table } = here.deps
    here.deps.table = {
      ...table,
      get: async (key) => {
        if (key.sort.startsWith('part#')) throw new Error('away')
        return await table.get(key)
      },
    }
    expect(await run(here, attempt())).toEqual(['m1'])
    expect(here.asked).toEqual([])
    here.deps.table = table
    expect(await run(here, attempt())).toEqual([])
    expect(here.asked).toHaveLength(1)
  })
})

describe('a delivery of single messages', () => {
  const failing = (results: OutboundResult[]): Partial<NotifyDeps> & { asked: string[] } => {
    const asked: string[] = []
    return {
      asked,
      request: async ({ headers }) => {
        asked.push(headers['webhook-id']!)
        return results.shift() ?? OK
      },
    }
  }
  const DOWN: OutboundResult = { kind: 'answer', status: 503, headers: {}, body: '' }
  const NO: OutboundResult = { kind: 'answer', status: 400, headers: {}, body: '' }
  const GONE: OutboundResult = { kind: 'answer', status: 410, headers: {}, body: '' }

  test('is a request for each alert, under ids of the alerts', async () => {
    const { here } = await ready(SINGLE)
    await run(here, attempt())
    expect(bodies(here).map(({ event }) => event)).toEqual(['CreateRouteEntry', 'DeleteRouteEntry'])
    expect(new Set(ids(here)).size).toBe(2)
    expect(ids(here)).not.toContain('g1-d1')
  })

  test('goes on where an attempt stopped', async () => {
    const wire = failing([OK, DOWN])
    const { here } = await ready(SINGLE, wire)
    await run(here, attempt(1))
    expect(here.outcomes[0]?.outcome).toMatchObject({ kind: 'ambiguous', reason: 'serverError', done: 1 })
    await run(here, attempt(2))
    expect(here.outcomes[1]?.outcome).toMatchObject({ kind: 'arrived' })
    const [first, second] = wire.asked
    expect(wire.asked).toEqual([first, second, second])
  })

  test('goes on where the attempt before the last stopped', async () => {
    const wire = failing([OK, DOWN, DOWN])
    const { here } = await ready(SINGLE, wire)
    for (const number of [1, 2, 3]) await run(here, attempt(number))
    expect(new Set(wire.asked.slice(1)).size).toBe(1)
    expect(wire.asked).toHaveLength(4)
  })

  test.each<[string, OutboundResult[], object, number]>([
    ['refused when the first is', [DOWN], { kind: 'refused' }, 1],
    [
      'arrived, with a note, when one alert is refused for good',
      [NO],
      { kind: 'arrived', note: '1 of 2 messages refused: hooks.example.com: status 400' },
      2,
    ],
    ['dead when every alert is refused for good', [NO, NO], { kind: 'dead', reason: 'clientError' }, 2],
    ['dead when the target is gone', [GONE], { kind: 'dead', reason: 'gone' }, 1],
  ])('is %s', async (_what, results, outcome, requests) => {
    const wire = failing(results)
    const { here } = await ready(SINGLE, wire)
    await run(here, attempt())
    expect(here.outcomes[0]?.outcome).toMatchObject(outcome)
    expect(wire.asked).toHaveLength(requests)
  })
})
