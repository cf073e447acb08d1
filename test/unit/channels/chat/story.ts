import fc from 'fast-check'
import type { ChannelKind } from '../../../../shared/channel/kind.ts'
import type { Send, SendDeps, ToSend } from '../../../../shared/channel/send.ts'
import type { Notification, NotifiedAlert } from '../../../../shared/delivery/delivery.ts'
import type { Outcome } from '../../../../shared/delivery/outcome.ts'
import { createOutbound } from '../../../../shared/outbound/outbound.ts'
import { createSecretBox } from '../../../../shared/secret/seal.ts'
import type { Settings } from '../../../../shared/settings/field.ts'
import { type HandClock, handClock } from '../../../contract/hand-clock.ts'
import { alert, NOW, notification } from '../email/story.ts'

export { NOW, notification }

const PUBLIC_URL = 'https://tocsin.example.com'
export const INCIDENT_URL = `${PUBLIC_URL}/incidents/inc-1`

export function chatDeps(clock: HandClock = handClock(NOW)): SendDeps {
  return {
    clock,
    chance: () => 0.5,
    publicUrl: `${PUBLIC_URL}/`,
    secrets: createSecretBox(Buffer.alloc(32), (size) => Buffer.alloc(size)),
    request: createOutbound({ clock, allow: ['127.0.0.0/8'] }),
  }
}

export function toSend(told: Notification, more: Partial<ToSend> = {}): ToSend {
  return { id: 'g1-d1', account: 'acme', notification: told, giveUpAt: NOW + 10_000, begunAt: NOW, ...more }
}

/** Attempts by a kind, through the real way out, which is opened for this machine. */
export function sender<S extends Settings>(kind: ChannelKind<S>, send: Send<S>, clock: HandClock = handClock(NOW)) {
  return async (given: Settings, told: Notification = notification()): Promise<Outcome> => {
    const read = kind.parse(given)
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    const giveUpAt = clock.now() + kind.timeoutMs(read.settings)
    return await send(read.settings, toSend(told, { giveUpAt, begunAt: clock.now() }), chatDeps(clock))
  }
}

/** Channels whose link to the incident is the same in every test. */
export const PAGE = { language: 'en', timeZone: 'Asia/Shanghai', details: 'page' } as const

/** Three alerts of a group, one of them over, as operators know them. */
export function threeAlerts(more: Partial<Notification> = {}): Notification {
  const of = (instance: string, severity: string, rest: Partial<NotifiedAlert> = {}): NotifiedAlert =>
    alert({
      fingerprint: instance,
      labels: { alertname: 'DiskFull', cluster: 'eu-1', job: 'node', instance, severity },
      annotations: {
        summary: `Disk of ${instance} is 97 % full`,
        description: 'Less than 3 % are left on /var.\nLogs are not rotated.',
        runbook_url: 'https://wiki.example.com/disk-full',
      },
      ...rest,
    })
  return notification({
    groupLabels: { alertname: 'DiskFull', cluster: 'eu-1' },
    alerts: [
      of('db-1.eu.internal:9100', 'warning'),
      of('db-2.eu.internal:9100', 'critical', { startsAt: NOW - 3_600_000 }),
      of('web_3.eu.internal:9100', 'warning', { endsAt: NOW - 60_000 }),
    ],
    policy: { id: 'databases', name: 'Databases' },
    incident: { id: 'inc-1', openedAt: NOW - 240_000, handler: 'mei' },
    ...more,
  })
}

/** Texts that want to be more than text (threats 51 to 56). */
export const HOSTILE = [
  '<!channel> <@U1> <https://evil.example|bank> & <!here|x>',
  '@all @13800000000 ![x](http://evil.example/p.png) [bank](http://evil.example)',
  '<at user_id="all"></at> <@all> <at id=all></at>',
  '&lt;at id=all&gt; &#60;at&#62; &amp;lt;',
  '**bold** *it* _it_ __bold__ ~~no~~ ~no~ `code` ```block``` ||spoiler|| <b>b</b> <a href="https://evil.example">a</a>',
  '# heading\n> quote\n- item\n1. item\n---\n===\n| a | b |\n|---|---|\n    code\n\tcode\n* item\n+ item',
  '[x]: https://evil.example\n[x][x] [x] [] ()',
  'www.evil.example javascript:alert(1) tg://user?id=1 @everyone @here #tag /stop <t:1:R> <:a:1> <#1> :smile:',
  '\u202egnp.exe\u2066 \u001b[31mred\u0000 \ud800 \\*not bold\\* \\',
  'a\u0301'.repeat(500),
  '"}],"x":{"y":"',
  '{{ x }} {% x %} <%= 1 %>',
]

/** A message whose every text is the text; an address that is a runbook would be a link by right. */
export function saying(text: string): Notification {
  const labels = { alertname: text, [text]: text, severity: 'critical' }
  const annotations = { summary: text, description: text, [text]: text, runbook_url: `see ${text}` }
  const one = alert({ labels, annotations, generatorURL: `see ${text}` })
  const other = { ...one, labels: { ...labels, instance: text }, annotations: { ...annotations, own: text } }
  return notification({
    groupLabels: { alertname: text, group: text },
    alerts: [one, other],
    policy: { id: 'p', name: text },
    incident: { id: 'inc-1', openedAt: NOW, handler: text },
  })
}

/** Texts made of pieces that are markup somewhere. */
export const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '<',
          '>',
          '&',
          '@',
          '!',
          '[',
          ']',
          '(',
          ')',
          '*',
          '_',
          '~',
          '`',
          '#',
          '|',
          '\\',
          '\n',
          ' ',
          '://',
          'https',
          ':',
        ],
        ...['all', 'at', 'a', '1', '.', '-', 'www.', 'evil.example', '/', '"', '{', '}', '=', '+', ';', 'lt'],
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 25 },
  )
  .map((pieces) => pieces.join(''))

/** A message of any size, from nothing to far beyond every limit. */
export const anyMessage = fc
  .record({
    alerts: fc.integer({ min: 1, max: 20 }),
    truncated: fc.nat(3),
    values: fc.nat(40),
    text: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 50 }),
      fc.constantFrom('磁'.repeat(2000), '"\\\n'.repeat(900), '<&*_'.repeat(700)),
    ),
  })
  .map(({ alerts, truncated, values, text }) => {
    const texts = Object.fromEntries(Array.from({ length: values }, (_, index) => [`n${index}`, text]))
    const labels = { ...texts, alertname: text || 'x', severity: 'critical' }
    return notification({
      groupLabels: { alertname: labels.alertname },
      truncated,
      policy: { id: 'p', name: text || 'x' },
      alerts: Array.from({ length: alerts }, (_, index) =>
        alert({
          labels: { ...labels, instance: `${index}` },
          annotations: { ...texts, summary: `${index}${text}`, runbook_url: 'https://wiki.example.com/x' },
        }),
      ),
    })
  })
