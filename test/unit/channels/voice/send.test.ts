import { afterEach, describe, expect, test } from 'vitest'
import { voiceKind } from '../../../../shared/channels/voice/kind.ts'
import { callByVoice } from '../../../../shared/channels/voice/send.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import type { Settings } from '../../../../shared/settings/field.ts'
import { type PhoneMessage, startAlibabaPhone } from '../../../fakes/alibaba-phone.ts'
import type { Provider } from '../../../fakes/provider.ts'
import { notification } from '../email/story.ts'
import { clock } from '../events/bus-send.ts'
import { PUBLISHED } from '../events/story.ts'
import { ANN, KEY, sendToUser } from '../phone/story.ts'

let voice: Provider<PhoneMessage>
afterEach(async () => await voice?.stop())

async function begin(): Promise<void> {
  const templates = { TTS_1: ['name', 'status', 'level', 'count', 'time', 'policy', 'content'], TTS_2: ['alert'] }
  voice = await startAlibabaPhone({ clock, service: 'voice', key: KEY, templates })
}

const send = (given: Settings = {}, told: Notification = notification(), user = ANN, words?: string) => {
  const read = voiceKind.parse({ provider: 'alibaba', ttsCode: 'TTS_1', endpoint: voice.url, ...KEY, ...given })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return sendToUser(callByVoice, read.settings, told, user, words)
}

describe('a call', () => {
  test('reads the words of the notification three times, and says no more than that it is placed', async () => {
    await begin()
    expect(await send({ showNumber: '05715555678' })).toEqual({
      kind: 'arrived',
      at: PUBLISHED,
      note: 'the call is placed, nobody knows who answers',
    })
    expect(voice.received).toMatchObject([
      { number: '13800000001', times: '3', shown: '05715555678', values: { name: 'HostDown', level: 'P1' } },
    ])
  })

  test.each(['磁盘🔥', 'a"\\'])('has room for its words, however long and of whatever characters: %s', async (text) => {
    await begin()
    const name = text.repeat(200)
    const told = notification({ groupLabels: { alertname: name }, policy: { id: 'p', name } })
    expect(await send({}, told, ANN, name)).toMatchObject({ kind: 'arrived' })
  })

  test('uses the room for the variables that the template has', async () => {
    await begin()
    await send({ ttsCode: 'TTS_2', params: { alert: 'content' } }, notification(), ANN, 'x'.repeat(1000))
    expect(voice.received[0]?.values.alert).toBe(`${'x'.repeat(199)}…`)
  })

  test('goes to mainland China only', async () => {
    await begin()
    expect(await send({}, notification(), { ...ANN, phone: '1-2025550123' })).toMatchObject({
      kind: 'dead',
      reason: 'misconfigured',
    })
    expect(voice.attempts).toEqual([])
  })

  test('waits for the window of the limit of the number', async () => {
    await begin()
    await send()
    expect(await send()).toMatchObject({ kind: 'refused', reason: 'rateLimited', retryAfterMs: 60_000 })
  })

  test('of a text that is not approved goes nowhere', async () => {
    await begin()
    expect(await send({ ttsCode: 'TTS_9' })).toMatchObject({
      kind: 'dead',
      detail: '127.0.0.1: status 200 isv.TTS_TEMPLATE_ILLEGAL',
    })
  })
})
