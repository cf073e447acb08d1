import { afterEach, describe, expect, test } from 'vitest'
import { MINUTE } from '../../../../shared/base/time.ts'
import { dingTalkKind } from '../../../../shared/channels/dingtalk/kind.ts'
import { dingTalkMessage } from '../../../../shared/channels/dingtalk/message.ts'
import { sendToDingTalk, signDingTalk } from '../../../../shared/channels/dingtalk/send.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import { handClock } from '../../../contract/hand-clock.ts'
import { type DingTalkOptions, startDingTalk } from '../../../fakes/dingtalk.ts'
import { readMarks } from '../../../fakes/markdown.ts'
import { markdownLinks, testChat } from '../chat/properties.ts'
import { chatDeps, INCIDENT_URL, NOW, notification, PAGE, sender, threeAlerts, toSend } from '../chat/story.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function open(more: Partial<DingTalkOptions> = {}) {
  const clock = handClock(NOW)
  const robot = await startDingTalk({ clock, token: 't0ken', secret: 'SECtest', ...more })
  closing.push(robot.stop)
  const send = sender(dingTalkKind, sendToDingTalk, clock)
  const url = `${robot.url}/robot/send?access_token=t0ken`
  return { clock, robot, send: (told?: Notification, given = {}) => send({ url, secret: 'SECtest', ...given }, told) }
}

type Settings = Parameters<typeof dingTalkMessage>[0]
const messageOf = (told: Notification, settings: Settings = PAGE) => dingTalkMessage(settings, toSend(told), chatDeps())

describe('a message', () => {
  test('is taken by a robot that checks signatures, and calls nobody', async () => {
    const { robot, send } = await open({ keyword: 'Alert' })
    expect(await send()).toEqual({ kind: 'arrived', at: NOW })
    expect(robot.received).toMatchObject([{ title: '[FIRING:1] P1 HostDown (Databases)', at: NOW }])
  })

  test('has the keyword that the documentation names, in both languages', async () => {
    for (const [language, keyword] of [
      ['en', 'Alert'],
      ['zh', '告警'],
    ]) {
      const { send } = await open({ keyword: keyword! })
      for (const told of [notification(), notification({ alerts: [{ ...notification().alerts[0]!, endsAt: NOW }] })]) {
        expect(await send(told, { language })).toMatchObject({ kind: 'arrived' })
      }
    }
  })

  test('shows what is wrong, in the colour of its level, with the labels that differ', () => {
    expect(messageOf(threeAlerts()).markdown.text.replaceAll('  \n', '\n').split('\n')).toEqual([
      '#### <font color=#E03C39>🔴 FIRING: DiskFull</font>',
      '',
      'Less than 3 % are left on /var.',
      'Logs are not rotated.',
      '',
      '**Level**: P1',
      '**Alerts**: 3',
      '**Since**: 2026-01-14 15:04:30 Asia/Shanghai',
      '**Policy**: Databases',
      '**Group**: cluster=eu-1',
      '**In hand with**: mei',
      '**Labels**: job=node',
      '',
      `[Open the incident](${INCIDENT_URL}) · [Runbook (wiki.example.com)](https://wiki.example.com/disk-full)`,
      '',
      '🔴 **instance=db-2.eu.internal:9100, severity=critical**',
      'Disk of db-2.eu.internal:9100 is 97 % full',
      '**Since**: 2026-01-14 15:04:30',
      '',
      '🟡 **instance=db-1.eu.internal:9100, severity=warning**',
      'Disk of db-1.eu.internal:9100 is 97 % full',
      '**Since**: 2026-01-14 15:59:30',
      '',
      '✅ **instance=web_3.eu.internal:9100, severity=warning**',
      'Disk of web_3.eu.internal:9100 is 97 % full',
      '**Since**: 2026-01-14 15:59:30 · **Ended**: 2026-01-14 16:03:30 · **Lasted**: 4 min',
    ])
  })

  test('is in Chinese, and of an incident that is over in green', () => {
    const [one] = threeAlerts().alerts
    const told = threeAlerts({ alerts: [{ ...one!, endsAt: NOW }], reason: 'all-resolved' })
    const { title, text } = messageOf(told, { ...PAGE, language: 'zh' }).markdown
    expect(title).toBe('[已恢复:1] P1 DiskFull (Databases)')
    expect(text).toMatch(/^#### <font color=#72C140>✅ 已恢复：DiskFull<\/font>/)
    expect(text).toContain('**持续时间**：5 分钟')
    expect(text).toContain('[查看事件](')
  })

  test('leads to a page that needs no key, unless the channel says otherwise', () => {
    const link = (details: 'signed' | 'none') => messageOf(notification(), { ...PAGE, details }).markdown.text
    expect(link('signed')).toMatch(/\[Open the incident\]\(https:\/\/tocsin\.example\.com\/l\/tsl_[\w.-]+\)$/)
    expect(link('none')).not.toContain('](')
  })

  test('has the words of a content template', () => {
    const content = toSend(notification(), { rendered: { title: 'db-1 is down', content: '**down**' } })
    const { markdown } = dingTalkMessage(PAGE, content, chatDeps())
    expect(markdown).toEqual({ title: 'db-1 is down', text: '**down**' })
  })
})

describe('the signature', () => {
  test('is the one of the documentation', () => {
    const sign = encodeURIComponent(signDingTalk('SECtest', 1654593783951))
    expect(sign).toBe('K4v1oLxQX9bUamTVl%2BokURxXBLiAZGQhb7CAcJbHkok%3D')
  })

  test('with another secret is refused for good', async () => {
    const { send } = await open()
    expect(await send(undefined, { secret: 'SECother' })).toMatchObject({ kind: 'dead', reason: 'misconfigured' })
  })

  test('by a clock that is two hours behind is refused for good', async () => {
    const { robot, send } = await open()
    robot.behave({ aheadMs: 120 * MINUTE })
    expect(await send()).toMatchObject({ kind: 'dead', reason: 'misconfigured' })
  })
})

test('a robot that was asked too often is left alone for ten minutes', async () => {
  const { robot, send } = await open()
  for (let sent = 0; sent < 20; sent++) expect(await send()).toMatchObject({ kind: 'arrived' })
  const limited = { kind: 'refused', reason: 'rateLimited', retryAfterMs: 10 * MINUTE }
  expect(await send()).toMatchObject(limited)
  expect(robot.received).toHaveLength(20)
})

testChat({
  write: (told) => messageOf(told).markdown.text,
  marks: (text) => {
    const rest = text
      .replace(/^#### <font color=#E03C39>(.*)<\/font>/, '$1')
      .replaceAll(`[Open the incident](${INCIDENT_URL})`, '')
      .replaceAll('**', '\u200b')
    return Object.values(readMarks(rest)).flat()
  },
  tooLarge: (text) =>
    Buffer.byteLength(JSON.stringify({ msgtype: 'markdown', markdown: { title: '', text } })) > 20_000,
  title: (text) => /^#### <font color=#E03C39>(.*)<\/font>/.exec(text)?.[1] ?? '',
  links: markdownLinks,
})
