import { afterEach, expect, test } from 'vitest'
import { HOUR } from '../../../../shared/base/time.ts'
import { emailKind } from '../../../../shared/channels/email/kind.ts'
import { putDeliveries, readDelivery } from '../../../../shared/group-store/deliveries.ts'
import { createConnect } from '../../../../shared/outbound/mail.ts'
import type { User } from '../../../../shared/people/user.ts'
import { readSettings } from '../../../../shared/settings/read.ts'
import { handClock } from '../../../contract/hand-clock.ts'
import { selfSigned } from '../../../fakes/certificate.ts'
import { startSmtp } from '../../../fakes/smtp.ts'
import type { MemoryTable } from '../../../sim/table.ts'
import { delivery, due, message, NOW, run, secrets, world } from '../../sending/setup.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const PASSWORD = 'mark3d-s3cret'
const { key, cert } = selfSigned('mail.test')

/** One attempt through the whole path of a delivery, with every trace of the attempt. */
async function attempt(options: Parameters<typeof startSmtp>[0], user?: User) {
  const server = await startSmtp({ key, cert, ...options })
  closing.push(server.stop)
  const given = { host: 'mail.test', port: server.port, ca: cert, username: 'tocsin', password: PASSWORD }
  const to = user === undefined ? { to: ['ops@example.com', 'gone@example.com'] } : {}
  const read = readSettings(emailKind, { ...given, from: 'tocsin@example.com', ...to }, {}, secrets)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const logged: unknown[] = []
  const lookup = async () => ({ ok: true as const, addresses: ['127.0.0.1'] })
  const connect = createConnect({ clock: handClock(NOW), allow: ['127.0.0.0/8'], lookup })
  const here = world({ connect, log: (entry) => logged.push(entry) }, [
    { id: 'hook', type: 'email', sendResolved: true, settings: read.settings },
  ])
  const target = user === undefined ? 'hook' : `hook@${user.id}`
  if (user !== undefined) here.users.push(user)
  await putDeliveries(here.deps.table, [{ ...delivery(), target }], { expiresAt: NOW + HOUR })
  expect(await run(here, message(due({ target })))).toEqual([])
  const stored = (here.deps.table as MemoryTable).everything()
  const traces = JSON.stringify([stored, here.outcomes, here.counted, logged])
  expect(traces).not.toContain(PASSWORD)
  expect(traces).not.toMatch(/@example\.com|Kumer|13855550123/)
  expect(logged).toEqual([])
  return { taken: server.taken, progress: (await readDelivery(here.deps.table, 'acme', 'g1', 'g1-d1'))?.progress }
}

const onAuth: NonNullable<Parameters<typeof startSmtp>[0]>['onAuth'] = (_auth, _session, done) =>
  done(null, { user: 'x' })

test('an arrival that left a mailbox out is written beside the claim, where people see it', async () => {
  const { taken, progress } = await attempt({
    onAuth,
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('gone') ? done(Object.assign(new Error(`no ${address}`), { responseCode: 550 })) : done(),
  })
  expect(taken).toHaveLength(1)
  const note = 'refused mailboxes, by their place among the 2 of the channel: 2 (550)'
  expect(progress?.last).toEqual({ kind: 'arrived', at: NOW, note })
})

test('a refused login leaves no trace of the password', async () => {
  const { progress } = await attempt({
    onAuth: ({ password }, _session, done) =>
      done(Object.assign(new Error(`wrong: ${password}`), { responseCode: 535 })),
  })
  expect(progress?.last).toMatchObject({ kind: 'dead', reason: 'authError' })
})

test('a refusal that repeats every mailbox leaves no trace of a mailbox', async () => {
  const { progress } = await attempt({
    onAuth,
    onRcptTo: ({ address }, _session, done) => done(Object.assign(new Error(`no ${address}`), { responseCode: 451 })),
  })
  expect(progress?.last).toMatchObject({ kind: 'refused', retryAfterMs: 300_000 })
})

const USER: User = {
  ...{ id: 'test01', name: 'Kumer', enabled: true, phone: '86-13855550123', sms: false, voice: false },
  ...{ emails: ['kumer@example.com', 'gone@example.com', 'k2@example.com'], language: 'zh', timeZone: 'Asia/Shanghai' },
}

test('a user is sent to at their mailboxes, in their language; of three, one that is refused is named by number', async () => {
  const { taken, progress } = await attempt(
    {
      onAuth,
      onRcptTo: ({ address }, _session, done) =>
        address.startsWith('gone') ? done(Object.assign(new Error(`no ${address}`), { responseCode: 550 })) : done(),
    },
    USER,
  )
  expect(taken.map(({ to }) => to)).toEqual([['kumer@example.com', 'k2@example.com']])
  expect(taken[0]?.text).toContain('<html lang=3D"zh">')
  const note = 'refused mailboxes, by their place among the 3 of the user: 2 (550)'
  expect(progress?.last).toEqual({ kind: 'arrived', at: NOW, note })
})

test.each<[Partial<User>, string]>([
  [{ enabled: false }, 'the user is disabled'],
  [{ emails: [] }, 'the user has no mailbox'],
])('a user with %j is not sent to, and the outcome says why', async (more, detail) => {
  const { taken, progress } = await attempt({ onAuth }, { ...USER, ...more })
  expect(taken).toEqual([])
  expect(progress?.last).toEqual({ kind: 'dead', at: NOW, reason: 'misconfigured', detail })
})
