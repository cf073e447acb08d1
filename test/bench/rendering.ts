import { readFileSync } from 'node:fs'
import { systemClock as clock } from '../../infra/clock.ts'
import { fingerprint } from '../../shared/alert/fingerprint.ts'
import { HOUR, MINUTE } from '../../shared/base/time.ts'
import type { SendDeps, ToSend } from '../../shared/channel/send.ts'
import type { ChannelType } from '../../shared/channel/type.ts'
import { channelTypes } from '../../shared/channels/registry.ts'
import type { Notification } from '../../shared/delivery/delivery.ts'
import type { User } from '../../shared/people/user.ts'
import { createSecretBox } from '../../shared/secret/seal.ts'

import type { Settings } from '../../shared/settings/field.ts'
import { benchAlert } from './alerts.ts'

/*
 * The time in which a kind of channel makes its message, from the notification until the first byte would leave: the
 * built-in text, its size, the body, signatures. Beside the time in which JSON.stringify writes the same notification, in
 * turns in one process.
 */

const ROUNDS = 15
const ROUND_MS = 25
/** The most for the notification of the first size, in milliseconds. */
const MOST_MS = 0.2
const SIZES = [5, 100]

const READER: User = {
  ...{ id: 'u', name: 'Reader', enabled: true, phone: '86-13800000000', sms: true, voice: true },
  ...{ emails: ['reader@example.com'], language: 'en', timeZone: 'Europe/Berlin' },
}
const secrets = createSecretBox(Buffer.alloc(32, 7), (size) => Buffer.alloc(size))

/** Prints a line for each kind; the kinds that miss the target are marked. */
export async function benchRendering(): Promise<void> {
  const told = SIZES.map(notificationOf)
  console.log(`messages of ${SIZES.join(' and ')} alerts, ms and times JSON.stringify; at most ${MOST_MS} ms`)
  for (const [type, entry] of channelTypes) {
    const cells: string[] = []
    for (const notification of told) {
      const send = await sendOf(type, entry, notification)
      if (send === undefined) continue
      const { ms, plainMs } = await inTurns(send, notification)
      cells.push(`${ms.toFixed(3).padStart(9)} ${(ms / plainMs).toFixed(1).padStart(6)}`)
      if (notification === told[0] && ms > MOST_MS) cells.push('MISSED')
    }
    if (cells.length > 0) console.log(`  ${type.padEnd(24)}${cells.join('  ')}`)
  }
  console.log('')
}

function notificationOf(count: number): Notification {
  const now = clock.now()
  const alerts = Array.from({ length: count }, (_, id) => {
    const { labels, annotations, generatorURL } = benchAlert('rendering', id, now, 1)
    return { fingerprint: fingerprint(labels), labels, annotations, generatorURL, startsAt: now - id * MINUTE }
  })
  return {
    ...{ receiver: 'shop/bot', groupKey: '{}:{namespace="shop-0"}', groupLabels: { namespace: 'shop-0' } },
    ...{ reason: 'first', alerts, truncated: 0, fires: true, level: 'P2' },
    incident: { id: `${'0a'.repeat(16)}-mk1b2c3d`, openedAt: now - HOUR },
    policy: { id: 'shop', name: 'Shop' },
  }
}

/** Undefined: the kind tells no notifications with the settings of its fixture. */
async function sendOf(type: string, { kind, load }: ChannelType, notification: Notification) {
  const file = new URL(`../fixtures/channels/${kind.sameAs ?? type}.json`, import.meta.url)
  const { settings } = JSON.parse(readFileSync(file, 'utf8')) as { settings: Settings[] }
  const given = settings.find((one) => !kind.lifecycle?.(one))
  if (given === undefined) return undefined
  const filled = JSON.stringify(given)
    .replaceAll('{server}', 'https://bench.test')
    .replaceAll('{secret}', 'mark3d-s3cret')
  const prepared = (await load()).prepare(JSON.parse(filled) as Settings)
  if (!prepared.ok) throw new Error(`${type}: ${JSON.stringify(prepared.problems)}`)
  const recipient = kind.recipients === 'none' ? undefined : READER
  const most = kind.mostAlerts?.(prepared.settings)
  const alerts = notification.alerts.slice(0, most)
  const content: ToSend = {
    ...{ id: 'bench-1', account: 'bench', begunAt: clock.now(), giveUpAt: clock.now() + HOUR },
    notification: { ...notification, alerts, truncated: notification.alerts.length - alerts.length },
    ...(recipient && { recipient }),
  }
  return async () => {
    const { done, deps } = firstByte()
    await prepared.send(content, deps)
    if (!done()) throw new Error(`${type} sent nothing`)
  }
}

/** The way out of a host that is cut off. */
function firstByte() {
  let asked = false
  const unsent = { reason: 'connection', detail: 'no network' } as const
  const deps: SendDeps = {
    ...{ clock, secrets, chance: Math.random, publicUrl: 'https://bench.test' },
    request: async () => {
      asked = true
      return { kind: 'unsent', ...unsent }
    },
    connect: async () => {
      asked = true
      return { ok: false, ...unsent }
    },
    inbox: {
      put: async () => {
        asked = true
      },
    },
    role: () => undefined,
  }
  return { done: () => asked, deps }
}

/** Medians of the rounds. */
async function inTurns(send: () => Promise<void>, notification: Notification) {
  const times: { ms: number[]; plainMs: number[] } = { ms: [], plainMs: [] }
  for (let round = -2; round < ROUNDS; round++) {
    const ms = await perCall(send)
    const plainMs = await perCall(async () => void JSON.stringify(notification))
    if (round < 0) continue
    times.ms.push(ms)
    times.plainMs.push(plainMs)
  }
  return { ms: median(times.ms), plainMs: median(times.plainMs) }
}

/** Milliseconds of this thread's processor time: a busy machine changes the figure little. */
async function perCall(work: () => Promise<void>): Promise<number> {
  const began = clock.elapsed()
  const before = process.threadCpuUsage()
  let calls = 0
  for (; clock.elapsed() - began < ROUND_MS; calls++) await work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000 / calls
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
