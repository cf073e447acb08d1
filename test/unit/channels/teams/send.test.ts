import { afterEach, describe, expect, test } from 'vitest'
import { teamsKind } from '../../../../shared/channels/teams/kind.ts'
import { teamsMessage } from '../../../../shared/channels/teams/message.ts'
import { sendToTeams } from '../../../../shared/channels/teams/send.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import { handClock } from '../../../contract/hand-clock.ts'
import { type AdaptiveCard, cardTexts, startTeams } from '../../../fakes/teams.ts'
import { testChat } from '../chat/properties.ts'
import { chatDeps, INCIDENT_URL, NOW, PAGE, sender, threeAlerts, toSend } from '../chat/story.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function open() {
  const clock = handClock(NOW)
  const path = '/workflows/1/triggers/manual/paths/invoke?sig=s1g'
  const server = await startTeams({ clock, path })
  closing.push(server.stop)
  const send = sender(teamsKind, sendToTeams, clock)
  return { server, send: (told?: Notification, given = {}) => send({ url: server.url + path, ...given }, told) }
}

const messageOf = (told: Notification) => teamsMessage(PAGE, toSend(told), chatDeps())
const cardOf = (message: ReturnType<typeof messageOf>) => message.attachments[0]!.content as unknown as AdaptiveCard

describe('a message', () => {
  test('is taken by a workflow', async () => {
    const { server, send } = await open()
    expect(await send(threeAlerts())).toEqual({ kind: 'arrived', at: NOW })
    expect(server.received).toHaveLength(1)
  })

  test('is a card in the colour of the level, with the links as actions', () => {
    const { body, actions } = cardOf(messageOf(threeAlerts()))
    expect(body[0]).toMatchObject({ type: 'Container', style: 'attention' })
    expect(cardTexts(body).map(({ text }) => text)).toEqual([
      ...['🔴 FIRING: DiskFull', 'Less than 3 % are left on /var.', 'Logs are not rotated.'],
      ...['Level: ', 'P1', 'Alerts: ', '3', 'Since: ', '2026-01-14 15:04:30 Asia/Shanghai', 'Policy: ', 'Databases'],
      ...['Group: ', 'cluster=eu-1', 'In hand with: ', 'mei', 'Labels: ', 'job=node'],
      ...['🔴 instance=db-2.eu.internal:9100, severity=critical', 'Disk of db-2.eu.internal:9100 is 97 % full'],
      'Since: 2026-01-14 15:04:30',
      ...['🟡 instance=db-1.eu.internal:9100, severity=warning', 'Disk of db-1.eu.internal:9100 is 97 % full'],
      'Since: 2026-01-14 15:59:30',
      ...['✅ instance=web_3.eu.internal:9100, severity=warning', 'Disk of web_3.eu.internal:9100 is 97 % full'],
      'Since: 2026-01-14 15:59:30 · Ended: 2026-01-14 16:03:30 · Lasted: 4 min',
    ])
    expect(actions.map(({ title, url }) => [title, url])).toEqual([
      ['Open the incident', INCIDENT_URL],
      ['Runbook (wiki.example.com)', 'https://wiki.example.com/disk-full'],
    ])
  })

  test('of more than four in a second waits', async () => {
    const { send } = await open()
    for (let sent = 0; sent < 4; sent++) expect(await send()).toMatchObject({ kind: 'arrived' })
    expect(await send()).toMatchObject({ kind: 'refused', reason: 'rateLimited', retryAfterMs: 1000 })
  })

  test('that Teams did not take behind a 200 has not arrived', async () => {
    const { server, send } = await open()
    const text = 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413'
    server.behave({ failing: [[NOW + 1, text]] })
    expect(await send()).toMatchObject({ kind: 'dead', reason: 'clientError' })
  })
})

testChat({
  write: messageOf,
  marks: (message) => cardTexts(cardOf(message).body).flatMap(({ text, markdown }) => (markdown ? [text] : [])),
  tooLarge: (message) => Buffer.byteLength(JSON.stringify(message)) > 28_000,
  title: (message) => cardTexts(cardOf(message).body)[0]?.text ?? '',
  links: (message) => {
    const { actions, body } = cardOf(message)
    const inside = JSON.stringify(body).match(/"url":"[^"]*"/g) ?? []
    return [...actions.map(({ url }) => url), ...inside.map((found) => found.slice(7, -1))]
  },
})
