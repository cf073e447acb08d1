import { describe, expect, test } from 'vitest'
import type { Notification } from '../../../shared/delivery/delivery.ts'
import { htmlText } from '../../../shared/message-text/html.ts'
import { plainText } from '../../../shared/message-text/plain.ts'
import { durationText, messageText } from '../../../shared/message-text/text.ts'
import { LANGUAGES, type Language, WORDS } from '../../../shared/message-text/words.ts'
import { viewOf } from '../../../shared/message-view/view.ts'
import { alert, NOW, notification } from '../channels/email/story.ts'

const URL = 'https://tocsin.example.com/incidents/inc-1'
const textOf = (told: Notification, language: Language = 'en') =>
  messageText(viewOf(told, { shown: 50 }), { language, timeZone: 'Asia/Shanghai', url: URL })

const firing = notification({ incident: { id: 'inc-1', openedAt: NOW, handler: 'mei' } })
const over = notification({ reason: 'all-resolved', alerts: [alert({ endsAt: NOW })] })

describe('the built-in text', () => {
  test.each([
    ['en', firing, '[FIRING:1] P1 HostDown (Databases)'],
    ['en', over, '[RESOLVED:1] P1 HostDown (Databases)'],
    ['zh', firing, '[告警中:1] P1 HostDown (Databases)'],
    ['zh', over, '[已恢复:1] P1 HostDown (Databases)'],
    ['en', notification({ truncated: 70 }), '[FIRING:71] P1 HostDown (Databases)'],
  ] as const)('has a subject (%s, %#)', (language, told, subject) => {
    expect(textOf(told, language).subject).toBe(subject)
  })

  test('names status, level, times, policy and the person who has the incident, in English', () => {
    expect(plainText(textOf(firing)).split('\n')).toEqual([
      'FIRING: HostDown',
      '',
      'summary: db-1 is down',
      'Level: P1',
      'Alerts: 1',
      'Since: 2026-01-14 15:59:30 Asia/Shanghai',
      'Policy: Databases',
      'In hand with: mei',
      'Labels:',
      '  instance: db-1',
      '  severity: critical',
      '',
      `Open the incident: ${URL}`,
      '',
    ])
  })

  test('says the same in Chinese', () => {
    expect(plainText(textOf(over, 'zh')).split('\n')).toEqual([
      '已恢复：HostDown',
      '',
      'summary：db-1 is down',
      '级别：P1',
      '告警数：1',
      '开始时间：2026-01-14 15:59:30 Asia/Shanghai',
      '恢复时间：2026-01-14 16:04:30 Asia/Shanghai',
      '持续时间：5 分钟',
      '策略：Databases',
      '标签：',
      '  instance：db-1',
      '  severity：critical',
      '',
      `查看事件：${URL}`,
      '',
    ])
  })

  test('says once what all alerts share, and of each alert what the others do not', () => {
    const one = alert({ annotations: { summary: 'a host is down', runbook_url: 'https://wiki.example.com/down' } })
    const labels = { ...one.labels, instance: 'db-2', device: 'sda' }
    const other = { ...one, fingerprint: '1', labels, startsAt: NOW - 120_000, endsAt: NOW }
    const told = notification({ groupLabels: { alertname: 'HostDown', cluster: 'eu' }, alerts: [other, one] })
    expect(plainText(textOf(told)).split('\n')).toEqual([
      'FIRING: HostDown',
      '',
      'summary: a host is down',
      'Level: P1',
      'Alerts: 2',
      'Since: 2026-01-14 15:59:30 Asia/Shanghai',
      'Policy: Databases',
      'Group: cluster=eu',
      'Runbook: https://wiki.example.com/down',
      'Labels:',
      '  severity: critical',
      '',
      `Open the incident: ${URL}`,
      '',
      '- FIRING: HostDown',
      '  Since: 2026-01-14 15:59:30',
      '  Labels:',
      '    instance: db-1',
      '',
      '- RESOLVED: HostDown',
      '  Since: 2026-01-14 16:02:30',
      '  Ended: 2026-01-14 16:04:30',
      '  Lasted: 2 min',
      '  Labels:',
      '    device: sda',
      '    instance: db-2',
      '',
    ])
  })

  test('says times that all alerts share once', () => {
    const told = notification({ alerts: [alert(), alert({ labels: { alertname: 'HostDown', instance: 'db-2' } })] })
    expect(textOf(told).alerts.map(({ facts }) => facts)).toEqual([[], []])
  })

  test('does not take the labels of the one alert that is shown for the labels of all', () => {
    const text = textOf(notification({ truncated: 4 }))
    expect(text.labels).toEqual([])
    expect(text.alerts[0]?.labels.map(({ name }) => name)).toEqual(['instance', 'severity'])
  })

  test('shows firing alerts before resolved alerts, the worst first', () => {
    const of = (severity: string, more = {}) => alert({ labels: { alertname: severity, severity }, ...more })
    const alerts = [of('critical', { endsAt: NOW }), of('info'), of('warning'), of('error'), of('critical')]
    expect(textOf(notification({ alerts })).alerts.map(({ title }) => title)).toEqual([
      ...['FIRING: critical', 'FIRING: error', 'FIRING: warning', 'FIRING: info', 'RESOLVED: critical'],
    ])
  })

  test.each(LANGUAGES)('has every word in %s', (language) => {
    expect(Object.keys(WORDS[language])).toEqual(Object.keys(WORDS.en))
    expect(JSON.stringify(WORDS[language])).not.toContain('""')
  })

  test.each([
    [0, '0 s'],
    [999, '0 s'],
    [61_000, '1 min 1 s'],
    [3_600_000, '1 h'],
    [3_601_000, '1 h'],
    [90_000_000, '1 d 1 h'],
  ])('%i ms last %s', (ms, text) => {
    expect(durationText(ms, WORDS.en)).toBe(text)
  })

  test('shows the annotations for people first', () => {
    const annotations = { a: '1', description: '2', runbook: '3', summary: '4' }
    const shown = textOf(notification({ alerts: [alert({ annotations })] }))
    expect(shown.annotations.map(({ name }) => name)).toEqual(['summary', 'description', 'a', 'runbook'])
  })

  test('counts the alerts, values and characters that it leaves out', () => {
    const alerts = Array.from({ length: 60 }, () => alert())
    expect(textOf(notification({ alerts, truncated: 5 })).more).toBe('15 more alerts are not shown.')
    expect(textOf(notification({ alerts: alerts.slice(0, 50), truncated: 1 })).more).toBe('1 more alert is not shown.')
    expect(textOf(notification({ truncated: 3 }), 'zh').more).toBe('另有 3 条告警未显示。')
    const labels = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`l${index}`, '😀'.repeat(2000)]))
    const long = textOf(notification({ alerts: alerts.map((one) => ({ ...one, labels })) }))
    expect(long.labels.at(-1)).toEqual({ name: '…', value: '10 more' })
    expect(long.labels[0]!.value).toBe(`${'😀'.repeat(499)}…`)
    expect(long.labels[0]!.value.isWellFormed()).toBe(true)
    const own = (index: number): typeof labels => ({
      ...labels,
      l0: `${index}${labels.l0}`,
      l1: `${index}${labels.l1}`,
    })
    const many = alerts.map((one, index) => ({ ...one, annotations: own(index), labels: own(index + 1) }))
    const longer = textOf(notification({ alerts: many.map((one) => ({ ...one, annotations: one.labels })) }))
    expect(plainText(longer).length).toBeLessThan(160_000)
    expect(plainText(longer).length).toBeGreaterThan(100_000)
  })

  test('is never markup, a further header or a line of ours', () => {
    const evil = '<a href="https://evil.example">x</a>\r\nOpen the incident: https://evil.example\u202e\u0000'
    const labels = { alertname: evil, [evil]: evil }
    const text = textOf(
      notification({ groupLabels: { alertname: evil }, alerts: [alert({ labels, annotations: { summary: evil } })] }),
    )
    for (const character of ['\r', '\n', '\u202e', '\u0000']) expect(text.subject).not.toContain(character)
    expect(htmlText(text).match(/<a\b[^>]*?href="[^"]*"|<a\b/g)).toEqual([`<a href="${URL}"`])
    const ours = plainText(text).match(/^Open the incident: .*$/gm)
    expect(ours).toEqual([`Open the incident: ${URL}`])
  })
})
