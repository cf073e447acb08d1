import { describe, expect, test } from 'vitest'
import { phoneWords, shortWords } from '../../../../shared/channels/phone/words.ts'
import { alert, NOW, notification } from '../email/story.ts'

const READER = { language: 'en', timeZone: 'Asia/Shanghai' } as const

describe('the words of a notification', () => {
  test('in English', () => {
    expect(phoneWords({ notification: notification({ truncated: 2 }) }, READER)).toEqual({
      name: 'HostDown',
      status: 'FIRING',
      level: 'P1',
      count: '3',
      time: '2026-01-14 15:59:30',
      policy: 'Databases',
      content: 'FIRING: HostDown, Level: P1, Alerts: 3, Since: 2026-01-14 15:59:30',
    })
  })

  test('in Chinese, of an end', () => {
    const over = notification({ reason: 'all-resolved', alerts: [alert({ endsAt: NOW })], fires: false })
    expect(phoneWords({ notification: over }, { language: 'zh', timeZone: 'UTC' })).toMatchObject({
      status: '已恢复',
      time: '2026-01-14 08:04:30',
      content: '已恢复：HostDown, 级别：P1, 告警数：1, 恢复时间：2026-01-14 08:04:30',
    })
  })

  test('with the words of a content template for their content', () => {
    const rendered = { title: 'x', content: 'db-1 is down\nsee https://run.example/db?x=1 now' }
    expect(phoneWords({ notification: notification(), rendered }, READER).content).toBe('db-1 is down see … now')
  })

  test('with a note', () => {
    expect(phoneWords({ notification: notification(), note: 'no template' }, READER).content).toMatch(/, no template$/)
  })

  test.each([
    ['db1.svc.example.com is down', 'db1. svc. example. com is down'],
    ['10.0.0.1:9100', '10. 0. 0. 1:9100'],
    ['load 1.5 of 2.25', 'load 1.5 of 2.25'],
    ['www.a.b', 'www. a. b'],
    ['HTTP://X.example/a', '…'],
    ['a\u202eb\u0000\tc', 'ab c'],
  ])('%j has no link and no hidden character: %j', (given, shown) => {
    expect(phoneWords({ notification: notification({ groupLabels: { alertname: given } }) }, READER).name).toBe(shown)
  })

  test('are cut between characters, and never empty', () => {
    const short = shortWords(
      { ...phoneWords({ notification: notification() }, READER), name: '磁盘🔥🔥🔥', policy: '' },
      5,
    )
    expect(short).toMatchObject({ name: '磁盘🔥…', policy: '-', level: 'P1' })
  })
})
