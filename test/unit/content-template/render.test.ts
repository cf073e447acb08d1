import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { channelTypes } from '../../../shared/channels/registry.ts'
import { sampleNotification } from '../../../shared/content-template/sample.ts'
import type { Notification } from '../../../shared/delivery/delivery.ts'
import { HOSTILE } from '../jinja/hostile.ts'
import { type Asked, contentOf, ofOne, URL, written } from './story.ts'

const many = (count: number, labels: (at: number) => Record<string, string> = () => ({})): Notification => {
  const told = sampleNotification('firing')
  const [first] = told.alerts
  return {
    ...told,
    alerts: Array.from({ length: count }, (_, at) => ({
      ...first!,
      fingerprint: `f${at}`,
      labels: { ...first!.labels, number: String(at), ...labels(at) },
    })),
  }
}

describe('a webhook', () => {
  const TEXT = '{ "project": "{{project}}", "alert_name": "{{alert_name}}"}'
  const told: Notification = many(2, (at) => ({ project: `project-${at + 1}`, alertname: `alert-${at + 1}` }))

  test('in batch mode has the array of the seed', () => {
    expect(contentOf('webhook', TEXT, { mode: 'batch', told })).toBe(
      '[{ "project": "project-1", "alert_name": "alert-1"},{ "project": "project-2", "alert_name": "alert-2"}]',
    )
  })

  test('in single mode has a message for each alert, each with an id of the state of the alert', () => {
    const one = written('webhook', TEXT, { told, target: 'hook' })
    const again = written('webhook', TEXT, {
      told: { ...told, reason: 'repeat', alerts: told.alerts.toReversed() },
      target: 'hook',
    })
    const over = { ...told, alerts: told.alerts.map((alert) => ({ ...alert, endsAt: alert.startsAt + 1 })) }
    const ended = written('webhook', TEXT, { told: over, target: 'hook' })
    const other = written('webhook', TEXT, { told, target: 'other' })
    const [first, repeated, resolved, elsewhere] = [one, again, ended, other].map(
      (result) => (result.ok && result.rendered.single) || [],
    )
    expect(first!.map(({ content }) => content)).toEqual([
      '{ "project": "project-1", "alert_name": "alert-1"}',
      '{ "project": "project-2", "alert_name": "alert-2"}',
    ])
    expect(repeated!.map(({ id }) => id).sort()).toEqual(first!.map(({ id }) => id).sort())
    const ids = [first!, resolved!, elsewhere!].flatMap((list) => list.map(({ id }) => id))
    expect(new Set(ids).size).toBe(6)
  })

  test.each<[string, string, Asked, string]>([
    ['text is an array of texts', 'Alert {{ number }}: {{ alert.labels.number }}', {}, '["Alert : 0","Alert : 1"]'],
    [
      'JSON that is broken is an array of texts',
      '{"a": {{ alert.labels.number }}',
      {},
      '["{\\"a\\": \\"0\\"","{\\"a\\": \\"1\\""]',
    ],
    ['a content for all alerts', '{"n": {{ alerts | length }}}', { scope: 'alerts' }, '[{"n": 2}]'],
    [
      'HTML by its content type',
      '<b>{{ alert.annotations.x }}</b>',
      { settings: { contentType: 'text/html' } },
      '["<b>&lt;</b>","<b>&lt;</b>"]',
    ],
    [
      'a form by its content type',
      'a={{ alert.annotations.x }}',
      { settings: { contentType: 'application/x-www-form-urlencoded' } },
      '["a=%3C","a=%3C"]',
    ],
    ['text has no escapes', '{{ alert.annotations.x }}&', { settings: { contentType: 'text/plain' } }, '["<&","<&"]'],
  ])('%s', (_what, content, asked, expected) => {
    const few = many(2)
    const alerts = few.alerts.map((alert) => ({ ...alert, annotations: { x: '<' } }))
    expect(contentOf('webhook', content, { mode: 'batch', told: { ...few, alerts }, ...asked })).toBe(expected)
  })

  test('is JSON with exactly its fields, whatever the alerts say', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.dictionary(fc.string(), fc.string()), (name, labels) => {
        const told = many(1, () => ({ ...labels, alertname: name }))
        const body = contentOf('webhook', '{"name": "{{ alert_name }}", "labels": {{ alert.labels }}}', {
          mode: 'batch',
          told,
        })
        expect(JSON.parse(body)).toEqual([{ name, labels: told.alerts[0]!.labels }])
      }),
    )
  })
})

describe('a mail', () => {
  test('has a subject of one line without markup, and HTML that no alert changes', () => {
    const result = written('email', '<p>{{ alert.annotations.user }}</p>', {
      title: 'Alerts:\r\nBcc: {{ alerts[1].annotations.user }} {{ title }}',
    })
    expect(result).toEqual({
      ok: true,
      rendered: {
        title: 'Alerts: Bcc: <Bob & "friends"> [FIRING:2] P1 VPC Network Route Change Alert (Audit)',
        content: '<p>Alice</p>\n<hr>\n<p>&lt;Bob &amp; &quot;friends&quot;&gt;</p>',
      },
    })
  })

  test('has a subject of 200 characters at most', () => {
    const result = written('email', 'x', { title: '{{ "x" * 5000 }}' })
    expect(result.ok && result.rendered.title).toMatch(/^x{199}…$/)
  })
})

describe('a chat', () => {
  const DANGEROUS = '@all <@U1> <!channel> [bank](https://evil.example) ![x](http://evil.example/p.png) **x**\n# y'

  const MARKUP = /@all|<@|<!|\]\(|:\/\/|\*\*x|^# /m

  test.each<[string, RegExp]>([
    ...['dingtalk', 'wecom', 'lark', 'feishu', 'teams'].map((kind): [string, RegExp] => [kind, MARKUP]),
    ['discord', /(?<!\\)(?:@all|<@|<!|\]\(|:\/\/|\*\*x)|^# /m],
    // Neither has links in brackets, and one at most of the signs of bold text.
    ['telegram', /@all|<@|<!|:\/\//],
    ['slack', /<@|<!|:\/\/|\*x/],
  ])('%s: an alert mentions nobody, and brings no link and no markup', (kind, markup) => {
    const told = many(1, () => ({ alertname: DANGEROUS }))
    const content = contentOf(
      kind,
      '{{ alert_name }} {{ alert.labels | to_list }} {{ alert_name | escape_markdown }}',
      { told },
    )
    expect(content).not.toMatch(markup)
    expect(content.replaceAll(/[\u200b\u200a\u02cb]/g, '')).toContain('bank')
  })

  test('keeps the markup and the links of its template', () => {
    expect(ofOne('dingtalk', '**{{ alert.project }}** [x](https://example.com)')).toBe(
      '**actiontrail-prod** [x](https://example.com)',
    )
  })

  test.each<[string, string, Asked, string]>([
    ['has the link of the incident below', 'x', { url: URL }, `x\n\n[Open the incident](${URL})`],
    ['has the link once', 'x {{ link }}', { url: URL }, `x ${URL}`],
    ['has no link where its template wants none', 'x{{ link }}', { url: URL, details: false }, 'x'],
    ['has no link without an incident', 'x', {}, 'x'],
  ])('%s', (_what, content, asked, expected) => {
    expect(ofOne('dingtalk', content, asked)).toBe(expected)
  })

  test('leaves alerts out at its size, and says how many', () => {
    const room = { room: { bytes: 200 }, roomAsJson: undefined }
    const content = contentOf('dingtalk', '{{ "x" * 50 }}', { told: many(20), form: room })
    expect(content.split('\n\n')).toEqual([
      'x'.repeat(50),
      'x'.repeat(50),
      'x'.repeat(50),
      '17 more alerts are not shown.',
    ])
  })

  test('cuts a single long text', () => {
    const content = ofOne('dingtalk', '{{ "中" * 30000 }}', {})
    expect(Buffer.byteLength(content)).toBeLessThanOrEqual(19_000)
    expect(content).toMatch(/^中+…$/)
  })

  test.each<[string, number]>([
    ['telegram', 3_800],
    ['slack', 3_000],
    ['discord', 4_000],
    ['wecom', 3_400],
  ])('%s: is never larger than what the chat takes', (kind, most) => {
    const told = many(30, () => ({ alertname: '<&*'.repeat(60) }))
    const content = contentOf(kind, '{{ alert_name }} {{ alert.labels | to_list }}', { told, url: URL })
    expect(content).toContain(URL)
    expect(Buffer.byteLength(content)).toBeGreaterThan(most / 4)
    expect(kind === 'wecom' ? Buffer.byteLength(content) : content.length).toBeLessThanOrEqual(most)
  })

  test('in tags is not cut: the built-in text is', () => {
    expect(ofOne('telegram', '<b>{{ "x" * 5000 }}</b>')).toBe('failed: its content is too long')
  })

  test('cuts by the size as JSON', () => {
    const content = ofOne('dingtalk', "{{ '\"' * 30000 }}", {})
    expect(Buffer.byteLength(JSON.stringify(content))).toBeLessThanOrEqual(19_000)
    expect(content.length).toBeGreaterThan(5_000)
  })
})

describe('the built-in text is sent in the place of', () => {
  test.each([
    [
      'a template that takes too long',
      HOSTILE['loops in loops']!,
      /^content, line 1, column \d+: limit: takes too many steps$/,
    ],
    [
      'a template that writes too much',
      '{% for i in range(10000) %}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{% endfor %}',
      /^content, line 1, column \d+: limit: writes more/,
    ],
    [
      'a template that divides by zero',
      'a\n{{ 1 / (alert.severity - 8) }}',
      /^content, line 2, column 3: cannot divide by zero$/,
    ],
    ['a template that says nothing', '{% if alert.status == "resolved" %}over{% endif %}', /^its content is empty$/],
  ])('%s', (_what, content, reason) => {
    const result = written('email', content)
    expect(result.ok ? '' : result.reason).toMatch(reason)
  })

  test('a subject that fails', () => {
    const result = written('email', 'x', { title: '{{ 1 / 0 }}' })
    expect(result).toEqual({ ok: false, reason: 'subject, line 1, column 3: cannot divide by zero' })
  })

  test('a template that takes too long for all alerts of a message', () => {
    const content = '{% for i in range(9000) %}{% endfor %}x'
    expect(contentOf('email', content, { told: many(10) })).toMatch(/^x/)
    expect(contentOf('email', content, { told: many(50) })).toMatch(/^failed: content, line 1, column 3: limit: /)
  })
})

describe('an event of a function', () => {
  test('is a JSON array of the contents', () => {
    expect(JSON.parse(contentOf('function', '{"status": "{{ status }}"}'))).toEqual([
      { status: 'firing' },
      { status: 'firing' },
    ])
    expect(JSON.parse(ofOne('function', '{{ status }}'))).toEqual(['firing'])
  })
})

test('the same content and the same alerts give the same words', () => {
  const asked = { title: '{{ title }}', url: URL }
  for (const [kind, { kind: description }] of channelTypes) {
    if (description.content === undefined) continue
    const one = written(kind, '{{ alert | to_json }} {{ alert.labels | to_list }} {{ fire_time | format_date }}', asked)
    expect(
      written(kind, '{{ alert | to_json }} {{ alert.labels | to_list }} {{ fire_time | format_date }}', asked),
    ).toEqual(one)
  }
})
