import { readFileSync } from 'node:fs'
import type { SMTPServerOptions } from 'smtp-server'
import { HOUR, type Millis, SECOND } from '../../shared/base/time.ts'
import { startSmtp } from '../fakes/smtp.ts'
import { openStage, type Stage } from './stage.ts'

/* A host with the people of ActionTrail's documentation, and a mail server that serves them. */

/** As the documentation prints it: the order of the header is not the order of the rows. */
const USERS = `# ID, Name, Mobile phone number, Receive text messages, Receive voice calls, Mailbox, Enable
test01,Kumer,true,86-13811110001,true,true,kumer@example.net
test02,Alice,true,86-13811110002,true,true,alice@example.net
`
const GROUPS = 'ID,Group name,Added members,Enable\ngroup-01,ActionTrail O&M Group,test01;test02,true\n'

export const TIMING = { groupBy: ['alertname'], groupWait: '0s', groupInterval: '30s', repeatInterval: '4h' }
export const BOTH = { channel: 'mail', groups: ['group-01'] }
export const KUMER = { channel: 'mail', users: ['test01'] }
export const ALICE = { channel: 'mail', users: ['test02'] }

/** A step with its actions, or a fallback. */
// biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
export const step = (actions: object[], more: object = {}): object => ({ ...more, then: actions })

/** `kumer FIRING`, in the order of the alphabet. */
export const words = (mails: readonly string[]): string[] => mails.map((text) => text.replace(/^\S+ /, '')).sort()

/** A mail server that refuses a mailbox for good while `refuses` has its name. */
export function refusing(refuses: Set<string>): SMTPServerOptions {
  return {
    onRcptTo({ address }, _session, done) {
      const known = !refuses.has(address.replace(/@.*/, ''))
      done(known ? null : Object.assign(new Error('no such mailbox'), { responseCode: 550 }))
    },
  }
}

export interface PeopleStage extends Stage {
  mail: Awaited<ReturnType<typeof startSmtp>>
  /** A channel to the mail server, without mailboxes of its own. */
  mailChannel: object
  configure(config: object): Promise<void>
  /** A record of a changed route, as ActionTrail posts it to the integration `trail`; `account`: where it happened. */
  changeRoute(account?: string): Promise<void>
  fire(name: string, labels?: Record<string, string>): Promise<void>
  end(name: string, labels?: Record<string, string>): Promise<void>
  act(action: string, body?: object): Promise<void>
  explain(): Promise<Explained[]>
  /** Moves the clock to so many seconds after the start. */
  to(seconds: number): Promise<void>
  /** `0 kumer FIRING`: seconds, mailbox, and the first word of the subject. */
  mails(): string[]
}

export interface Explained {
  target: string
  standing: string
  asked?: string
  step?: string
  alert?: string
  reason?: string
  next?: { at: string; step?: string }
}

/** With a policy `p` of this flow, and further sections. */
export async function openPeopleStage(policy: object, more: object, smtp: SMTPServerOptions): Promise<PeopleStage> {
  const stage = await openStage()
  const { start, clock, api } = stage
  const mail = await startSmtp(smtp, clock)
  for (const [path, table] of [['users', USERS] as const, ['user-groups', GROUPS] as const]) {
    await done(api('POST', `/api/v1/${path}/import`, table, 'text/csv'))
  }
  const post = (name: string, labels: Record<string, string>, endsAt: Millis): Promise<unknown> => {
    const alert = { labels: { alertname: name, ...labels }, startsAt: iso(start), endsAt: iso(endsAt) }
    return done(stage.integration('POST', '', [alert]))
  }
  const settled = async (doing: Promise<unknown>): Promise<void> => {
    await doing
    await clock.settle()
  }
  const incident = async (): Promise<string> => {
    const { items } = (await done(api('GET', '/api/v1/incidents'))) as { items: { id: string }[] }
    return items[0]!.id
  }
  const configure = async (config: object): Promise<void> => void (await done(api('PUT', '/api/v1/config', config)))
  const from = 'tocsin@example.com'
  const mailChannel = { id: 'mail', type: 'email', host: '127.0.0.1', port: mail.port, tls: 'none', from }
  const channels = [mailChannel, { id: 'inbox', type: 'inbox' }]
  await configure({ channels, policies: [{ id: 'p', ...TIMING, ...policy }], ...more })
  return {
    ...stage,
    mail,
    mailChannel,
    configure,
    async changeRoute(account = '1234567890123456') {
      const { url } = (await done(api('GET', '/api/v1/integrations/trail'))) as { url: string }
      const record = JSON.stringify(trailRecord())
        .replaceAll(/("eventTime":")[^"]*/g, `$1${iso(clock.now())}`)
        .replaceAll(/("(?:recipientA|a)ccountId":")[^"]*/g, `$1${account}`)
      const to = new URL(new URL(url).pathname, stage.host().url)
      const headers = { 'content-type': 'application/json' }
      await settled(done(fetch(to, { method: 'POST', headers, body: record })))
    },
    fire: (name, labels = {}) => settled(post(name, labels, clock.now() + 48 * HOUR)),
    end: (name, labels = {}) => settled(post(name, labels, clock.now())),
    act: async (action, body = {}) =>
      settled(done(api('POST', `/api/v1/incidents/${await incident()}/${action}`, body))),
    async explain() {
      const answer = await done(api('GET', `/api/v1/incidents/${await incident()}/explain`))
      return (answer as { targets: Explained[] }).targets
    },
    to: (seconds) => clock.advanceTo(start + seconds * SECOND),
    mails: () =>
      mail.taken.map(({ at, to, text }) => {
        const [, words] = /^Subject: \[(\w+)/m.exec(text) ?? []
        return `${(at - start) / SECOND} ${to.map((one) => one.replace(/@.*/, '')).join(',')} ${words}`
      }),
    async close() {
      await stage.close()
      await mail.stop()
    },
  }
}

function trailRecord(): unknown {
  const url = new URL('../fixtures/integrations/actiontrail/single.json', import.meta.url)
  return (JSON.parse(readFileSync(url, 'utf8')) as { body: unknown }).body
}

async function done(answer: Promise<Response>): Promise<unknown> {
  const { status, url } = await answer
  const text = await (await answer).text()
  if (status >= 300) throw new Error(`${new URL(url).pathname.replace(/\/i\/[^/]+/, '/i/…')}: ${status} ${text}`)
  return text === '' ? undefined : (JSON.parse(text) as unknown)
}

const iso = (at: Millis): string => new Date(at).toISOString()
