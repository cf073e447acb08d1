import { afterEach, describe, expect, test } from 'vitest'
import { MINUTE } from '../../../../shared/base/time.ts'
import { weComKind } from '../../../../shared/channels/wecom/kind.ts'
import { weComMessage } from '../../../../shared/channels/wecom/message.ts'
import { sendToWeCom } from '../../../../shared/channels/wecom/send.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import { handClock } from '../../../contract/hand-clock.ts'
import { readMarks } from '../../../fakes/markdown.ts'
import { startWeCom } from '../../../fakes/wecom.ts'
import { markdownLinks, testChat } from '../chat/properties.ts'
import { chatDeps, INCIDENT_URL, NOW, PAGE, sender, threeAlerts, toSend } from '../chat/story.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function open() {
  const clock = handClock(NOW)
  const robot = await startWeCom({ clock, key: 'k3y' })
  closing.push(robot.stop)
  const send = sender(weComKind, sendToWeCom, clock)
  return { robot, send: (told?: Notification) => send({ url: `${robot.url}/cgi-bin/webhook/send?key=k3y` }, told) }
}

const contentOf = (told: Notification): string => weComMessage(PAGE, toSend(told), chatDeps()).markdown.content

describe('a message', () => {
  test('is taken by a robot, and calls nobody', async () => {
    const { robot, send } = await open()
    expect(await send(threeAlerts())).toEqual({ kind: 'arrived', at: NOW })
    expect(robot.received).toMatchObject([{ called: [], at: NOW }])
  })

  test('shows what is wrong, in the colours that WeCom has', () => {
    expect(contentOf(threeAlerts()).split('\n').slice(0, 7)).toEqual([
      '**<font color="warning">🔴 FIRING: DiskFull</font>**',
      '',
      'Less than 3 % are left on /var.',
      'Logs are not rotated.',
      '',
      '**Level**: P1',
      '**Alerts**: 3',
    ])
    const [one] = threeAlerts().alerts
    const over = threeAlerts({ alerts: [{ ...one!, endsAt: NOW }] })
    expect(contentOf(over)).toMatch(/^\*\*<font color="info">✅ RESOLVED: DiskFull<\/font>\*\*/)
  })

  test('of more than 20 in a minute waits for a minute', async () => {
    const { send } = await open()
    for (let sent = 0; sent < 20; sent++) expect(await send()).toMatchObject({ kind: 'arrived' })
    expect(await send()).toMatchObject({ kind: 'refused', reason: 'rateLimited', retryAfterMs: MINUTE })
  })
})

const TITLE = /^\*\*<font color="warning">(.*)<\/font>\*\*/

testChat({
  write: contentOf,
  marks: (content) => {
    const rest = content
      .replace(TITLE, '$1')
      .replaceAll(`[Open the incident](${INCIDENT_URL})`, '')
      .replaceAll('**', '\u200b')
    return Object.values(readMarks(rest)).flat()
  },
  tooLarge: (content) => Buffer.byteLength(content) > 4096,
  title: (content) => TITLE.exec(content)?.[1] ?? '',
  links: markdownLinks,
})
