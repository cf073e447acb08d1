import { afterEach, describe, expect, test } from 'vitest'
import { discordKind } from '../../../../shared/channels/discord/kind.ts'
import { type DiscordMessage, discordMessage } from '../../../../shared/channels/discord/message.ts'
import { restOf, sendToDiscord } from '../../../../shared/channels/discord/send.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import { handClock } from '../../../contract/hand-clock.ts'
import { startDiscord } from '../../../fakes/discord.ts'
import { readMarks } from '../../../fakes/markdown.ts'
import { markdownLinks, testChat } from '../chat/properties.ts'
import { chatDeps, INCIDENT_URL, NOW, PAGE, sender, threeAlerts, toSend } from '../chat/story.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function open() {
  const clock = handClock(NOW)
  const server = await startDiscord({ clock, id: '1', token: 't0ken' })
  closing.push(server.stop)
  const send = sender(discordKind, sendToDiscord, clock)
  const url = `${server.url}/api/webhooks/1/t0ken`
  return { server, send: (told?: Notification, given = {}) => send({ url, ...given }, told), url }
}

const messageOf = (told: Notification): DiscordMessage => discordMessage(PAGE, toSend(told), chatDeps())

describe('a message', () => {
  test('is taken when Discord has saved it, and may call nobody', async () => {
    const { server, send, url } = await open()
    expect(await send(threeAlerts())).toEqual({ kind: 'arrived', at: NOW })
    expect(await send(threeAlerts(), { url: `${url}?thread_id=5` })).toEqual({ kind: 'arrived', at: NOW })
    expect(server.received).toMatchObject([{ calls: false }, { calls: false }])
  })

  test('shows what is wrong, in the colour of the level', () => {
    const { content, embeds } = messageOf(threeAlerts())
    expect(content).toBe('**🔴 FIRING\\: DiskFull**')
    expect(embeds[0]).toMatchObject({ color: 0xe03c39 })
    expect(embeds[0]?.description.split('\n')).toContain('**In hand with**: mei')
    expect(embeds[0]?.description.split('\n')).toContain('🟡 **instance=db-1.eu.internal\\:9100, severity=warning**')
    expect(embeds[0]?.description).toContain(`[Open the incident](${INCIDENT_URL})`)
  })

  test('of more than five in two seconds waits', async () => {
    const { send } = await open()
    for (let sent = 0; sent < 5; sent++) expect(await send()).toMatchObject({ kind: 'arrived' })
    expect(await send()).toMatchObject({ kind: 'refused', reason: 'rateLimited', retryAfterMs: 2000 })
  })

  test('that is the last one that the limit leaves says how long to rest', async () => {
    const { send } = await open()
    for (let sent = 0; sent < 4; sent++) expect(await send()).toEqual({ kind: 'arrived', at: NOW })
    expect(await send()).toEqual({ kind: 'arrived', at: NOW, restMs: 2000 })
  })

  test.each([
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '0.25' }, 250],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '9999999' }, 60_000],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': 'soon' }, undefined],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '-1' }, undefined],
    [{ 'x-ratelimit-remaining': '0' }, undefined],
    [{ 'x-ratelimit-remaining': '1', 'x-ratelimit-reset-after': '1' }, undefined],
    [{}, undefined],
  ])('with the headers %j rests %s ms', (headers: Record<string, string>, restMs) => {
    expect(restOf({ kind: 'answer', status: 200, headers, body: '' })).toBe(restMs)
  })

  test('to a webhook that was removed is the last', async () => {
    const { send, url } = await open()
    expect(await send(undefined, { url: url.replace('/1/', '/2/') })).toMatchObject({ kind: 'dead', reason: 'gone' })
  })
})

/** A backslash before a mark makes the mark a character: a letter stands for both. */
const unescaped = (text: string): string => text.replace(/\\[^\p{L}\p{N}\s]/gu, 'x')

testChat({
  write: messageOf,
  marks: ({ content, embeds }) => {
    const texts = embeds.map(({ description }) => description)
    return [content, ...texts].flatMap((text) => {
      const rest = unescaped(text.replaceAll(`[Open the incident](${INCIDENT_URL})`, ''))
      const { tags, links, lineMarks, ...marks } = readMarks(rest.replaceAll('**', '\u200b'))
      return [
        ...Object.values(marks).flat(),
        // Discord has no entities, makes no link of `www.`, and has no tables, rules and indented code.
        ...tags.filter((tag) => tag.startsWith('<')),
        ...links.filter((link) => !/^www/i.test(link)),
        ...lineMarks.filter((mark) => /^\s*(?:[#>+*-][ \t]|\d+\.[ \t])/.test(mark)),
      ]
    })
  },
  tooLarge: ({ content, embeds }) => content.length > 2000 || embeds[0]!.description.length > 4096,
  title: ({ content }) => unescaped(content).replaceAll('**', '').replace('FIRINGx', 'FIRING:'),
  links: ({ embeds }) => embeds.flatMap(({ description }) => markdownLinks(unescaped(description))),
})
