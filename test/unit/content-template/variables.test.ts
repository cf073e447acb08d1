import { describe, expect, test } from 'vitest'
import { sampleNotification } from '../../../shared/content-template/sample.ts'
import { VARIABLE_NAMES } from '../../../shared/content-template/variables.ts'
import { PLAIN } from '../../../shared/jinja/values/form.ts'
import { ofOne, URL } from './story.ts'

const plain = (content: string, state: 'firing' | 'resolved' = 'firing') =>
  ofOne('email', content, { form: { form: () => PLAIN }, told: sampleNotification(state), url: URL })

describe('variables', () => {
  test.each([
    // Those of Log Service, with the names that its templates have.
    ['{{ alert.aliuid }}', '154035569884'],
    ['{{ alert.alert_id }} {{ alert.alert_name }}', 'vpc-route-change VPC Network Route Change Alert'],
    ['{{ alert.alert_type }} {{ alert.alert_type | format_type }}', 'sls_alert Alert of a rule'],
    ['{{ alert.region }} {{ alert.region | format_region }}', 'cn-hangzhou China (Hangzhou)'],
    ['{{ alert.project }} {{ project }} ${project}', 'actiontrail-prod actiontrail-prod actiontrail-prod'],
    ['{{ alert.fire_time }} {{ alert.fire_time | format_date }}', '1768377870 2026-01-14 08:04:30'],
    ['{{ alert.alert_time }} {{ alert.resolve_time }}', '1768377870 0'],
    ['{{ alert.status }} {{ alert.status | format_status }}', 'firing Firing'],
    ['{{ alert.severity }} {{ alert.severity | format_severity }}', '8 High'],
    ['{{ alert.labels.eventName }} {{ alert.annotations.user }}', 'CreateRouteEntry Alice'],
    ['{{ alert.fingerprint }} {{ alert.alert_instance_id }}', '478325709134bc5c 478325709134bc5c-mkdqix80'],
    ['{{ alert.results[0].region }} {{ results[0].raw_results[0].user }}', 'cn-hangzhou Alice'],
    ['{{ alert.fire_results_count }} {{ fire_results[0].eventName }}', '1 CreateRouteEntry'],
    ['{{ alert.policy.action_policy_id }}', 'audit'],
    ['{{ alert.query_url }}', 'https://example.com/query?q=CreateRouteEntry'],
    ['{{ alert.alert_url }} {{ link }} {{ incident.url }}', `${URL} ${URL} ${URL}`],
    // Tocsin's own, about the message.
    ['{{ title }}', '[FIRING:1] P1 VPC Network Route Change Alert (Audit)'],
    ['{{ group.status }} {{ group.level }} {{ group.count }} {{ group.reason }}', 'firing P1 1 first'],
    ['{{ group.policy_id }} {{ group.policy_name }} {{ group.owner }}', 'audit Audit security'],
    ['{{ group.labels.alertname }} {{ group.common_labels.region }}', 'VPC Network Route Change Alert cn-hangzhou'],
    ['{{ incident.handler }} {{ incident.open_time }}', 'Kumer 1768377870'],
    ['{{ alerts | length }} {{ alerts[0].alert_name }} {{ alert.level }}', '1 VPC Network Route Change Alert P2'],
    ['{{ nothing }}|{{ alert.labels.nothing }}', '|'],
  ])('%s', (content, expected) => {
    expect(plain(content)).toBe(expected)
  })

  test('of an alert that is over have its end', () => {
    expect(
      plain('{{ status | format_status }} {{ resolve_time - fire_time }} {{ alert_time == resolve_time }}', 'resolved'),
    ).toBe('Resolved 1500 true')
  })

  test.each([...VARIABLE_NAMES])('%s is there under its own name', (name) => {
    expect(plain(`{{ ${name} is defined }}`)).toBe('true')
  })

  test.each([
    ['javascript:alert(1)', ''],
    ['https://user@evil.example/', ''],
    ['https://example.com/a(b)[c]"<>', 'https://example.com/a%28b%29%5Bc%5D%22%3C%3E'],
  ])('a link of an alert is an address of the web: %s', (generatorURL, expected) => {
    const told = sampleNotification('firing')
    const [first] = told.alerts
    const content = ofOne('dingtalk', '[x]({{ alert.query_url }})', {
      told: { ...told, alerts: [{ ...first!, generatorURL }] },
    })
    expect(content).toBe(`[x](${expected})`)
  })

  test('have the language and the zone of the reader', () => {
    const content =
      '{{ fire_time | format_date }} {{ severity | format_severity }} {{ region | format_region }} {{ title }}'
    expect(ofOne('webhook', content, { language: 'zh', mode: 'batch' })).toBe(
      '["2026-01-14 08:04:30 高 华东1（杭州） [告警中:1] P1 VPC Network Route Change Alert (Audit)"]',
    )
  })
})

describe('functions about alerts', () => {
  test.each([
    ['webhook', 'plain', '["eventName: CreateRouteEntry, n: 1"]'],
    ['email', 'html', '<ul><li>eventName: CreateRouteEntry</li><li>n: 1</li></ul>'],
    ['dingtalk', 'markdown', '- eventName: CreateRouteEntry\n- n: 1'],
  ])('to_list for %s is %s', (kind, _markup, expected) => {
    const content = '{{ {"eventName": alert.labels.eventName, "n": 1} | to_list }}'
    expect(ofOne(kind, content, { mode: 'batch' })).toBe(expected)
  })

  test.each([
    [
      'annotations_to_list leaves out what is for machines',
      'dingtalk',
      '{{ {"a": "1", "__b__": "2"} | annotations_to_list }}',
      '- a: 1',
    ],
    ['to_list of a list', 'email', '{{ ["<a>", 2] | to_list }}', '<ul><li>&lt;a&gt;</li><li>2</li></ul>'],
    ['to_list of nothing', 'email', 'x{{ nothing | to_list }}{{ {} | to_list }}', 'x'],
    ['blockquote in HTML', 'email', '{{ "a\\n<b>" | blockquote }}', '<blockquote>a<br>&lt;b&gt;</blockquote>'],
    ['blockquote in Markdown', 'dingtalk', '{{ "a\\nb" | blockquote }}', '> a  \n> b'],
    ['a severity in its colour', 'email', '{{ 10 | format_severity }}', '<span style="color: #E03C39">Critical</span>'],
    ['a status in its colour', 'dingtalk', '{{ "resolved" | format_status }}', '<font color=#72C140>Resolved</font>'],
    [
      'words that are unknown',
      'dingtalk',
      '{{ 7 | format_severity }}{{ "x" | format_status }}{{ "moon-1" | format_region }}',
      '7xmoon-1',
    ],
  ])('%s', (_what, kind, content, expected) => {
    expect(ofOne(kind, content)).toBe(expected)
  })
})
