import { describe, expect, test } from 'vitest'
import { alertmanagerSlackKind as kind } from '../../../../shared/channels/alertmanager-slack/kind.ts'
import { sendAlertmanagerSlack as send } from '../../../../shared/channels/alertmanager-slack/send.ts'
import { attempt } from '../alertmanager/story.ts'

const api_url = 'https://hooks.slack.example/services/x'
const OK = [{ body: 'ok' }]

describe('the message', () => {
  test('has the default templates', async () => {
    const { outcome, bodies } = await attempt(
      kind,
      send,
      { api_url, channel: '#{{ .GroupLabels.cluster }}' },
      { answers: OK },
    )
    expect(outcome).toMatchObject({ kind: 'arrived' })
    expect(bodies).toEqual([
      {
        channel: '#eu-1',
        username: 'Alertmanager',
        attachments: [
          {
            title: expect.stringContaining('[FIRING:2] DiskFull eu-1'),
            title_link: 'https://tocsin.example.com/#/alerts?receiver=databases',
            ...{ text: '', callback_id: '', footer: '', color: 'danger', mrkdwn_in: ['fallback', 'pretext', 'text'] },
            fallback: expect.stringContaining('[FIRING:2]'),
          },
        ],
      },
    ])
  })

  test('has fields and buttons, each rendered', async () => {
    const { bodies } = await attempt(
      kind,
      send,
      {
        api_url,
        fields: [
          { title: 'Status', value: '{{ .Status }}' },
          { title: 'a', value: 'b', short: true },
        ],
        actions: [
          { type: 'button', text: 'Open', url: '{{ .ExternalURL }}', name: 'left out' },
          { type: 'button', text: 'Ack', name: 'ack', confirm: { text: 'Sure?' } },
        ],
        ...{ title: 'x'.repeat(1030), link_names: true, message_text: 'm' },
      },
      { answers: OK },
    )
    expect(bodies).toMatchObject([
      {
        ...{ link_names: true, text: 'm' },
        attachments: [
          {
            title: `${'x'.repeat(1023)}…`,
            fields: [
              { title: 'Status', value: 'firing', short: false },
              { title: 'a', value: 'b', short: true },
            ],
            actions: [
              { type: 'button', text: 'Open', url: 'https://tocsin.example.com' },
              { type: 'button', text: 'Ack', name: 'ack', confirm: { text: 'Sure?' } },
            ],
          },
        ],
      },
    ])
    expect(JSON.stringify(bodies)).not.toContain('left out')
  })

  test('with a template that fails has the default of the field', async () => {
    const { outcome, bodies } = await attempt(kind, send, { api_url, title: '{{ .Nope }}' }, { answers: OK })
    expect(JSON.stringify(bodies)).toContain('[FIRING:2]')
    expect(outcome).toMatchObject({ kind: 'arrived', note: expect.stringContaining('the template of title failed') })
  })
})

test.each<[string, object, object]>([
  ['a button without name and url', { actions: [{ type: 'button', text: 'x' }] }, { path: 'actions[0]' }],
  ['a field without value', { fields: [{ title: 'x' }] }, { path: 'fields[0].value' }],
  ['updates by a webhook', { update_message: true }, { path: 'update_message' }],
])('%s is refused', (_name, settings, problem) => {
  expect(kind.parse({ api_url, ...settings })).toMatchObject({ ok: false, problems: [problem] })
})
