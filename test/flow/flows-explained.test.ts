import type { SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { HOUR, SECOND } from '../../shared/base/time.ts'
import { ALICE, KUMER, openPeopleStage, type PeopleStage, refusing, step, TIMING, words } from './people-stage.ts'

/* Incidents of which nobody is told, and how each target stands, over HTTP. Seconds count from the start. */

let stage: PeopleStage
afterEach(async () => {
  await stage.close()
  expect(stage.logged).toEqual([])
})

async function begin(policy: object, more: object = {}, smtp: SMTPServerOptions = {}): Promise<void> {
  stage = await openPeopleStage(policy, more, smtp)
}

describe('nobody', () => {
  test('told: the account is alerted once an incident, through a restart, until the incident closes', async () => {
    const watch = {
      id: 'watch',
      ...TIMING,
      match: [{ label: 'alertname', value: 'TocsinNobodyTold' }],
      notify: [KUMER],
    }
    const critical = { any: { field: 'severity', value: 'critical' } }
    const p = {
      id: 'p',
      ...TIMING,
      match: [{ label: 'alertname', value: 'Down' }],
      flow: [step([ALICE], { if: critical })],
    }
    await begin({}, { policies: [watch, p] })
    await stage.fire('Down', { zone: 'a' })
    await stage.restart()
    await stage.to(60)
    expect(stage.mails()).toEqual(['0 kumer FIRING'])
    await stage.fire('Down', { zone: 'b' })
    await stage.restart()
    await stage.to(3600)
    expect(stage.mails()).toHaveLength(1)
    await stage.end('Down', { zone: 'a' })
    await stage.end('Down', { zone: 'b' })
    await stage.to(3700)
    expect(words(stage.mails())).toEqual(['kumer FIRING', 'kumer RESOLVED'])
    await stage.fire('Down', { zone: 'a' })
    await stage.to(3760)
    expect(words(stage.mails())).toEqual(['kumer FIRING', 'kumer FIRING', 'kumer RESOLVED'])
  })
})

describe('explain', () => {
  const stages = [
    { unclaimed: '15m', flow: [step([{ channel: 'inbox', users: ['test01'] }])] },
    {
      open: '1h',
      flow: [
        step([{ channel: 'inbox', users: ['test02'] }], { if: { any: { field: 'severity', value: 'critical' } } }),
      ],
    },
  ]
  const critical = step([KUMER], { if: { any: { field: 'severity', value: 'critical' } } })

  test('names the step, the alert that made it true, and who is next and when', async () => {
    await begin({
      flow: [critical, step([ALICE], { if: { any: { field: 'labels.zone', value: 'x' } } })],
      escalation: stages,
    })
    await stage.fire('Down', { severity: 'critical' })
    const at = (seconds: number) => new Date(stage.start + seconds * SECOND).toISOString().replace('.000', '')
    const { items } = (await (await stage.api('GET', '/api/v1/alerts')).json()) as { items: { fingerprint: string }[] }
    const alert = items[0]!.fingerprint
    expect(await stage.explain()).toMatchObject([
      { target: 'mail@test01', standing: 'told', asked: 'primary', step: 'flow[0]', alert },
      { target: 'mail@test02', standing: 'never', step: 'flow[1]', reason: 'no step that holds names it' },
      {
        target: 'inbox@test01',
        standing: 'never',
        step: 'escalation[0].flow[0]',
        next: { at: expect.stringContaining(at(900).slice(0, 19)) },
      },
      {
        target: 'inbox@test02',
        standing: 'never',
        step: 'escalation[1].flow[0]',
        next: { at: expect.stringContaining(at(3600).slice(0, 19)) },
      },
    ])
  })

  test('names no alert for a step that is not looked at', async () => {
    await begin({
      flow: [step([KUMER], { if: { any: { field: 'alertname', value: 'Down' } }, end: true }), step([ALICE])],
    })
    await stage.fire('Down')
    const [kumer, alice] = await stage.explain()
    expect(kumer).toMatchObject({ target: 'mail@test01', step: 'flow[0]', alert: expect.any(String) })
    expect([alice?.target, alice?.standing, alice?.alert]).toEqual(['mail@test02', 'never', undefined])
  })

  test('says never of a target that nothing reached before the incident was over', async () => {
    await begin({ notify: [KUMER, ALICE] }, {}, refusing(new Set(['kumer'])))
    await stage.fire('Down')
    expect(await stage.explain()).toMatchObject([{ standing: 'failing' }, { standing: 'told' }])
    await stage.to(10)
    await stage.end('Down')
    await stage.to(60)
    const about = { target: 'mail@test01', standing: 'never', step: 'flow[0]', reason: expect.any(String) }
    expect(await stage.explain()).toContainEqual(expect.objectContaining(about))
  })

  test('says out and held: a claim ends a stage, and holds back who is new by time', async () => {
    await begin({ notify: [KUMER], escalation: stages })
    await stage.fire('Down')
    await stage.to(901)
    expect((await stage.explain()).map(({ target, standing }) => `${target} ${standing}`)).toEqual([
      ...['mail@test01 told', 'inbox@test01 told', 'inbox@test02 never'],
    ])
    await stage.act('claim', { by: 'test02' })
    expect((await stage.explain()).map(({ target, standing }) => `${target} ${standing}`)).toEqual([
      ...['mail@test01 told', 'inbox@test01 out', 'inbox@test02 never'],
    ])
  })

  test('says pending, failing and paused', async () => {
    await begin({}, {}, refusing(new Set(['kumer'])))
    const gone = await stage.webhook({ status: [[stage.start + HOUR, 410]] })
    await stage.configure({
      channels: [stage.mailChannel, { id: 'gone', type: 'webhook', url: gone.url }],
      policies: [{ id: 'p', ...TIMING, notify: [KUMER, ALICE, { channel: 'gone' }] }],
    })
    await stage.fire('Down')
    await stage.fire('Down', { zone: 'b' })
    const standings = async () => (await stage.explain()).map(({ target, standing }) => `${target} ${standing}`)
    expect(await standings()).toEqual(['mail@test01 failing', 'mail@test02 pending', 'gone paused'])
  })
})
