import { afterEach, describe, expect, test } from 'vitest'
import { slackKind } from '../../../../shared/channels/slack/kind.ts'
import { type SlackMessage, slackMessage } from '../../../../shared/channels/slack/message.ts'
import { sendToSlack } from '../../../../shared/channels/slack/send.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import { handClock } from '../../../contract/hand-clock.ts'
import { blockTexts, readMrkdwn, startSlack } from '../../../fakes/slack.ts'
import { testChat } from '../chat/properties.ts'
import { chatDeps, INCIDENT_URL, NOW, PAGE, sender, threeAlerts, toSend } from '../chat/story.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const messageOf = (told: Notification): SlackMessage => slackMessage(PAGE, toSend(told), chatDeps())
const textsOf = ({ attachments }: SlackMessage): string[] => blockTexts(attachments.flatMap(({ blocks }) => blocks))

describe('a message by an incoming webhook', () => {
  test('is taken, once a second', async () => {
    const clock = handClock(NOW)
    const slack = await startSlack({ clock })
    closing.push(slack.stop)
    const send = sender(slackKind, sendToSlack, clock)
    const url = `${slack.url}/services/T0/B0/x`
    expect(await send({ url }, threeAlerts())).toEqual({ kind: 'arrived', at: NOW })
    expect(await send({ url })).toMatchObject({ kind: 'refused', reason: 'rateLimited', retryAfterMs: 1000 })
    expect(slack.messages).toMatchObject([{ text: '*🔴 FIRING: DiskFull*' }])
  })

  test('to a webhook that was removed is the last', async () => {
    const slack = await startSlack({ clock: handClock(NOW) })
    closing.push(slack.stop)
    const send = sender(slackKind, sendToSlack)
    expect(await send({ url: `${slack.url}/services/T0/B0/gone` })).toMatchObject({ kind: 'dead', reason: 'gone' })
  })
})

test('a message shows what is wrong, in the colour of the level, with the facts in two columns', () => {
  const message = messageOf(threeAlerts())
  expect(message.text).toBe('*🔴 FIRING: DiskFull*')
  expect(message.attachments[0]?.color).toBe('#E03C39')
  expect(textsOf(message)).toEqual([
    'Less than 3 % are left on /var.\nLogs are not rotated.',
    ...['*Level*: P1', '*Alerts*: 3', '*Since*: 2026-01-14 15:04:30 Asia/Shanghai', '*Policy*: Databases'],
    ...['*Group*: cluster=eu-1', '*In hand with*: mei', '*Labels*: job=node'],
    `<${INCIDENT_URL}|Open the incident> · <https://wiki.example.com/disk-full|Runbook (wiki.example.com)>`,
    [
      '🔴 *instance=db-2.eu.internal:9100, severity=critical*',
      'Disk of db-2.eu.internal:9100 is 97 % full',
      '*Since*: 2026-01-14 15:04:30',
    ].join('\n'),
    [
      '🟡 *instance=db-1.eu.internal:9100, severity=warning*',
      'Disk of db-1.eu.internal:9100 is 97 % full',
      '*Since*: 2026-01-14 15:59:30',
    ].join('\n'),
    [
      '✅ *instance=web_3.eu.internal:9100, severity=warning*',
      'Disk of web_3.eu.internal:9100 is 97 % full',
      '*Since*: 2026-01-14 15:59:30 · *Ended*: 2026-01-14 16:03:30 · *Lasted*: 4 min',
    ].join('\n'),
  ])
})

test('a text of an alert calls nobody: its markup is escaped', () => {
  const text = '<!channel> <@U1> <https://evil.example|bank> &'
  const [one] = threeAlerts().alerts
  const told = threeAlerts({ alerts: [{ ...one!, annotations: { summary: text } }] })
  expect(textsOf(messageOf(told))[0]).toBe('&lt;!channel&gt; &lt;@U1&gt; &lt;https:\u200b//evil.example|bank&gt; &amp;')
})

test.each<[object, string[]]>([
  [{ url: 'https://hooks.slack.com/services/T/B/x' }, []],
  [{ token: 'xoxb-1', channel: '#alerts' }, []],
  [{ token: 'xoxb-1', channel: 'C1', endpoint: 'https://slack.internal.example' }, []],
  [{}, ['url']],
  [{ token: 'xoxb-1' }, ['channel']],
  [{ url: 'https://hooks.slack.com/x', channel: 'C1', endpoint: 'https://slack.example' }, ['channel', 'endpoint']],
  [{ url: 'https://hooks.slack.com/x', token: 'xoxb-1', channel: 'C1' }, ['url']],
  [{ token: 'a b', channel: 'two words', endpoint: 'http://slack.com' }, ['channel', 'token']],
])('settings are those of a webhook or of a bot: %o', (given, paths) => {
  const read = slackKind.parse(given)
  expect(read.ok ? [] : read.problems.map(({ path }) => path).sort()).toEqual(paths)
})

testChat({
  write: messageOf,
  // The stars of Tocsin itself have no hair spaces around them.
  marks: (message) =>
    [message.text, ...textsOf(message)].flatMap((text) => {
      const { calls, marks } = readMrkdwn(text.replace(/(?<!\u200a)\*(?!\u200a)/g, '\u200b'))
      return [...calls, ...marks]
    }),
  tooLarge: (message) => textsOf(message).reduce((sum, { length }) => sum + length, 0) > 12_000,
  title: ({ text }) => text.slice(1, -1),
  links: (message) => [message.text, ...textsOf(message)].flatMap((text) => readMrkdwn(text).links),
})
