import { afterEach, describe, expect, test } from 'vitest'
import { feishuKind, larkKind } from '../../../../shared/channels/lark/kind.ts'
import { larkMessage } from '../../../../shared/channels/lark/message.ts'
import { sendToLark, signLark } from '../../../../shared/channels/lark/send.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import { handClock } from '../../../contract/hand-clock.ts'
import { type LarkOptions, startLark } from '../../../fakes/lark.ts'
import { readMarks } from '../../../fakes/markdown.ts'
import { testChat } from '../chat/properties.ts'
import { chatDeps, INCIDENT_URL, NOW, notification, PAGE, sender, threeAlerts, toSend } from '../chat/story.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function open(more: Partial<LarkOptions> = {}, kind = larkKind) {
  const clock = handClock(NOW)
  const robot = await startLark({ clock, token: 't0ken', secret: 'SECtest', ...more })
  closing.push(robot.stop)
  const send = sender(kind, sendToLark, clock)
  const url = `${robot.url}/open-apis/bot/v2/hook/t0ken`
  return { robot, clock, send: (told?: Notification, given = {}) => send({ url, secret: 'SECtest', ...given }, told) }
}

const cardOf = (told: Notification, settings: Parameters<typeof larkMessage>[0] = PAGE) =>
  larkMessage(settings, toSend(told), chatDeps()).card as unknown as Card

interface Card {
  header: { template: string; title: { content: string } }
  elements: { tag: string; text?: Text; fields?: { text: Text }[]; actions?: { text: Text; url: string }[] }[]
}
interface Text {
  tag: string
  content: string
}

describe('a message', () => {
  test.each([larkKind, feishuKind])('is taken by a robot that checks signatures and a keyword: %o', async (kind) => {
    const { robot, send } = await open({ keyword: 'Alert' }, kind)
    expect(await send(threeAlerts())).toEqual({ kind: 'arrived', at: NOW })
    expect(robot.received).toHaveLength(1)
  })

  test('is a card in the colour of the level, with the links as buttons', () => {
    const { header, elements } = cardOf(threeAlerts())
    expect(header).toEqual({ template: 'red', title: { tag: 'plain_text', content: '🔴 FIRING: DiskFull' } })
    expect(elements.map(({ tag }) => tag)).toEqual([
      'div',
      'div',
      'div',
      'action',
      ...Array(3).fill(['hr', 'div']).flat(),
    ])
    expect(elements[1]?.fields?.map(({ text }) => text.content)).toContain('**In hand with**\nmei')
    expect(elements[5]?.text?.content.split('\n')).toEqual([
      '🔴 **instance=db-2.eu.internal:9100, severity=critical**',
      'Disk of db-2.eu.internal:9100 is 97 % full',
      '**Since**: 2026-01-14 15:04:30',
    ])
    expect(elements[3]?.actions?.map(({ text, url }) => [text.content, url])).toEqual([
      ['Open the incident', INCIDENT_URL],
      ['Runbook (wiki.example.com)', 'https://wiki.example.com/disk-full'],
    ])
  })

  test('of an incident that is over is green', () => {
    const [one] = notification().alerts
    expect(cardOf(notification({ alerts: [{ ...one!, endsAt: NOW }] }), { ...PAGE, language: 'zh' }).header).toEqual({
      template: 'green',
      title: { tag: 'plain_text', content: '✅ 已恢复：HostDown' },
    })
  })

  test('of more than five in a second waits', async () => {
    const { send } = await open()
    for (let sent = 0; sent < 5; sent++) expect(await send()).toMatchObject({ kind: 'arrived' })
    expect(await send()).toMatchObject({ kind: 'refused', reason: 'rateLimited' })
  })
})

describe('the signature', () => {
  test('is the one of the documentation', () => {
    expect(signLark('SECtest', '1654593783')).toBe('J5QAQsK/soWWzuPVN0WjeJMvFjebNMz2DfHTAuLt3ZI=')
  })

  test('with another secret is refused for good', async () => {
    const { send } = await open()
    expect(await send(undefined, { secret: 'SECother' })).toMatchObject({ kind: 'dead', reason: 'misconfigured' })
  })
})

const textsOf = ({ elements }: Card): Text[] =>
  elements.flatMap(({ text, fields = [], actions = [], ...rest }) => [
    ...(text === undefined ? [] : [text]),
    ...fields.map((field) => field.text),
    ...actions.map((action) => action.text),
    ...((rest as { elements?: Text[] }).elements ?? []),
  ])

testChat({
  write: (told) => cardOf(told),
  marks: (card) =>
    textsOf(card)
      .filter(({ tag }) => tag === 'lark_md')
      .flatMap(({ content }) => Object.values(readMarks(content.replaceAll('**', '\u200b'))).flat()),
  tooLarge: (card) => Buffer.byteLength(JSON.stringify({ msg_type: 'interactive', card })) > 20_000 - 100,
  title: ({ header }) => header.title.content,
  links: ({ elements }) => elements.flatMap(({ actions = [] }) => actions.map(({ url }) => url)),
})
