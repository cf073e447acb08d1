import { beforeEach, describe, expect, test } from 'vitest'
import { HOSTILE } from '../../jinja/hostile.ts'
import { type Api, startApi } from '../harness.ts'

const key = 'a-editor'
const SHORT = {
  id: 'short',
  name: 'Short',
  email: [
    { language: 'en', subject: '{{ title }}', content: '<b>{{ alert.annotations.user }}</b>' },
    { language: 'zh', content: '<i>{{ alert.severity | format_severity }}</i>' },
  ],
  webhook: { mode: 'batch', content: '{"project": "{{project}}"}' },
}

let api: Api
beforeEach(async () => {
  api = await startApi()
  expect((await api.ask('PUT', '/api/v1/config', { key, body: { templates: [SHORT] } })).status).toBe(200)
})
const preview = async (body: object) => await api.ask('POST', '/api/v1/templates:preview', { key: 'a-viewer', body })

describe('templates', () => {
  test('are a list of the API, shown as they are written', async () => {
    const shown = await api.ask('GET', '/api/v1/templates/short', { key: 'a-viewer' })
    expect(shown.json).toEqual({ ...SHORT, webhook: { ...SHORT.webhook, language: 'en' } })
    const put = await api.ask('PUT', '/api/v1/templates/short', { key, body: shown.json })
    expect(put.status).toBe(200)
    expect((await api.ask('PUT', '/api/v1/config', { key, body: { templates: [SHORT] } })).json.plan).toEqual([])
  })

  test('with mistakes are refused, each with its line and column, and nothing is changed', async () => {
    const body = {
      id: 'wrong',
      email: [{ subject: '{{ a', content: 'x\n{{ alert.nothing() }} {{ x | upperr }}' }],
      webhook: { mode: 'single', limit: 3, content: '{% if x %}', subject: 'x' },
      dingtalk: [{ content: 'x' }, { content: 'y' }],
      fax: { content: 'x' },
    }
    const made = await api.ask('POST', '/api/v1/templates', { key, body })
    expect(made.status).toBe(422)
    expect(
      made.json.error.details.map(({ path, message }: { path: string; message: string }) => `${path}: ${message}`),
    ).toEqual([
      'fax: unknown key',
      'dingtalk[1].language: is en a second time',
      'email[0].subject: line 1, column 1: {{ is never closed',
      'email[0].content: line 2, column 10: there is no method "nothing"',
      'email[0].content: line 2, column 30: there is no filter "upperr"; did you mean upper?',
      'webhook.subject: unknown key',
    ])
    expect((await api.ask('GET', '/api/v1/templates', { key })).json.items).toHaveLength(1)
  })

  test.each([
    ['{}', {}, 'content: is required'],
    ['an empty text', { content: ' ' }, 'content: is empty'],
    ['a text that is too long', { content: 'x'.repeat(33_000) }, 'content: limit: has more than 32768 characters'],
    ['a language that is unknown', { content: 'x', language: 'fr' }, /^language: /],
    ['a text', 'x', /expected object/],
    ['three texts', [{ content: 'x' }, { content: 'y' }, { content: 'z' }], 'has a language twice'],
  ])('%s is refused', async (_what, email, problem) => {
    const made = await api.ask('POST', '/api/v1/templates', { key, body: { id: 'x', email } })
    const [first] = made.json.error.details
    expect([
      made.status,
      first.path.replace(/^email\.?/, '') === ''
        ? first.message
        : `${first.path.replace(/^email\.?/, '')}: ${first.message}`,
    ]).toEqual([422, typeof problem === 'string' ? problem : expect.stringMatching(problem)])
  })

  test('with a name that no variable has get a warning', async () => {
    const content =
      '{{ alert.x.y }}\n{{ alrt.y }}\n{% if alert.labels.z %}{% endif %}{{ group.cuont }}{{ alert["fire_tme"] }}'
    const body = { id: 'typo', email: { content } }
    const made = await api.ask('POST', '/api/v1/templates', { key, body })
    expect([made.status, made.json.warnings]).toEqual([
      201,
      [
        'line 1, column 3: there is no variable "alert.x": it is empty',
        'line 2, column 3: there is no variable "alrt": it is empty',
        'line 3, column 37: there is no variable "group.cuont" (did you mean group.count?): it is empty',
        'line 3, column 54: there is no variable "alert.fire_tme" (did you mean alert.fire_time?): it is empty',
      ].map((message) => ({ path: 'email.content', message })),
    ])
    const shown = await api.ask('GET', '/api/v1/templates/typo', { key })
    expect((await api.ask('PUT', '/api/v1/templates/typo', { key, body: shown.json })).status).toBe(200)
  })

  test('that a channel or a policy names have to be there, and stay', async () => {
    const hook = { id: 'hook', type: 'webhook', url: 'https://hooks.example.com/x', template: 'gone' }
    const gone = await api.ask('POST', '/api/v1/channels', { key, body: hook })
    expect(gone.json.error.details).toEqual([
      { path: 'template', message: 'names a template "gone" that does not exist' },
    ])
    const bus = { id: 'bus', type: 'cloudevents', url: 'https://bus.example.com/x', template: 'short' }
    expect((await api.ask('POST', '/api/v1/channels', { key, body: bus })).json.error.details).toEqual([
      { path: 'template', message: 'is for notifications: events have no words' },
    ])
    expect((await api.ask('POST', '/api/v1/channels', { key, body: { ...hook, template: 'short' } })).status).toBe(201)
    expect((await api.ask('POST', '/api/v1/policies', { key, body: { id: 'p', template: 'none' } })).status).toBe(422)
    expect(
      (await api.ask('POST', '/api/v1/policies', { key, body: { id: 'p', template: 'short' } })).json,
    ).toMatchObject({ template: 'short' })
    const removed = await api.ask('DELETE', '/api/v1/templates/short', { key })
    expect([removed.status, removed.json.error.code]).toEqual([409, 'needed'])
  })

  test('of all the account have a limit together', async () => {
    const content = '{{ a }}'.repeat(4_600)
    const many = Array.from({ length: 15 }, (_, at) => ({ id: `t${at}`, email: { content: `${content}${at}` } }))
    const put = await api.ask('PUT', '/api/v1/config', { key, body: { templates: many } })
    expect([put.status, put.json.error.details[0].path]).toEqual([422, 'templates'])
    const fits = many.slice(0, 14)
    expect((await api.ask('PUT', '/api/v1/config', { key, body: { templates: fits } })).status).toBe(200)
    const one = await api.ask('POST', '/api/v1/templates', { key, body: many[14] })
    expect([one.status, one.json.error.details[0].message]).toEqual([
      422,
      expect.stringMatching(/^limit: 200000 words/),
    ])
    expect((await api.ask('PUT', '/api/v1/templates/t13', { key, body: { email: { content } } })).status).toBe(200)
  })
})

describe('a preview', () => {
  test.each<[string, object, object]>([
    [
      'of a template of the account',
      { template: 'short', kind: 'email' },
      { title: '[FIRING:2] P1 VPC Network Route Change Alert (Audit)' },
    ],
    [
      'in another language',
      { template: 'short', kind: 'email', language: 'zh' },
      { content: expect.stringMatching(/^<i><span [^>]*>高<\/span><\/i>\n<hr>\n<i><span [^>]*>严重<\/span><\/i>$/) },
    ],
    [
      'of what is resolved',
      { template: 'short', kind: 'webhook', sample: 'resolved' },
      { content: '[{"project": "actiontrail-prod"},{"project": "actiontrail-prod"}]' },
    ],
    [
      'of a template that is not stored',
      { template: { webhook: { content: '{{ status }}' } }, kind: 'webhook' },
      { messages: ['firing', 'firing'] },
    ],
    [
      'with a name that no variable has',
      { template: { webhook: { content: '{{ status }}{{ alert.stauts }}' } }, kind: 'webhook' },
      {
        messages: ['firing', 'firing'],
        warnings: [
          {
            path: 'webhook.content',
            message: 'line 1, column 15: there is no variable "alert.stauts" (did you mean alert.status?): it is empty',
          },
        ],
      },
    ],
    [
      'of a kind without a text',
      { template: 'short', kind: 'dingtalk' },
      { failed: 'it has no text for this kind of channel' },
    ],
    [
      'of a template that takes too long',
      { template: { email: { content: HOSTILE['loops in loops'] } }, kind: 'email' },
      { failed: expect.stringMatching(/limit/) },
    ],
  ])('%s', async (_what, body, expected) => {
    const shown = await preview(body)
    expect([shown.status, shown.json]).toEqual([200, expect.objectContaining(expected)])
  })

  test.each<[object, number, string]>([
    [{}, 422, 'template'],
    [{ template: 'short', kind: 'fax' }, 422, 'kind'],
    [{ template: 'short', kind: 'email', timeZone: 'Moon' }, 422, 'timeZone'],
    [{ template: { email: { content: '{{' } }, kind: 'email' }, 422, 'template.email.content'],
    [{ template: 7, kind: 'email' }, 422, 'template'],
  ])('%j is refused', async (body, status, path) => {
    const refused = await preview(body)
    expect([refused.status, refused.json.error.details[0].path]).toEqual([status, path])
  })

  test.each([
    { template: 'gone', kind: 'email' },
    { template: 'short', kind: 'email', incident: 'gone' },
  ])('%j is not found', async (body) => {
    expect((await preview(body)).status).toBe(404)
  })
})
