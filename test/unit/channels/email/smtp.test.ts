import { afterEach, describe, expect, test } from 'vitest'
import { handClock } from '../../../contract/hand-clock.ts'
import { selfSigned } from '../../../fakes/certificate.ts'
import { startRawSmtp, startSmtp } from '../../../fakes/smtp.ts'
import { NOW, notification, send } from './story.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const { key, cert } = selfSigned('mail.test')

async function server(options: Parameters<typeof startSmtp>[0] = {}) {
  const started = await startSmtp({ key, cert, ...options })
  closing.push(started.stop)
  return started
}

async function raw(...given: Parameters<typeof startRawSmtp>) {
  const started = await startRawSmtp(...given)
  closing.push(started.stop)
  return started
}

/** Answers each command by its first word; further answers of the same word come in turn, the last one again. */
function answers(
  table: Record<string, string | string[]>,
  then: (socket: import('node:net').Socket) => void = () => {},
) {
  const left = new Map(Object.entries(table).map(([word, one]) => [word, [one].flat()]))
  let inMessage = false
  return (line: string, socket: import('node:net').Socket): void => {
    if (inMessage && line !== '.') return
    const word = inMessage ? '.' : line.split(/[ :]/)[0]!.toUpperCase()
    inMessage = false
    const list = left.get(word) ?? ['250 ok']
    const answer = list.length > 1 ? list.shift()! : list[0]!
    inMessage = word === 'DATA' && answer.startsWith('354')
    if (answer === 'drop') then(socket)
    else if (answer !== '') socket.write(`${answer}\r\n`)
  }
}

const OPEN = { EHLO: '250 mail.test', DATA: '354 go on' }
const hangUp = (socket: import('node:net').Socket): void => void socket.destroy()

describe('a mail server', () => {
  test('takes the message over STARTTLS, with a login, by a private authority', async () => {
    const { port, taken } = await server()
    const settings = { port, ca: cert, username: 'tocsin', password: 'right', from: 'Tocsin <tocsin@example.com>' }
    const to = ['ops@example.com', 'dba@example.net']
    expect(await send({ ...settings, to })).toEqual({ kind: 'arrived', at: NOW })
    expect(taken).toMatchObject([
      { from: 'tocsin@example.com', to, secure: true, user: 'tocsin', text: expect.stringContaining('HostDown') },
    ])
    expect(taken[0]?.text).toMatch(/^From: Tocsin <tocsin@example\.com>\r\n/m)
    expect(taken[0]?.text).toMatch(/^To: ops@example\.com, dba@example\.net\r\n/m)
  })

  test('takes the message over TLS from the first byte', async () => {
    const { port, taken } = await server({ secure: true })
    expect(await send({ port, tls: 'implicit', ca: cert })).toEqual({ kind: 'arrived', at: NOW })
    expect(taken[0]).toMatchObject({ secure: true })
  })

  test('takes the message in the clear only with tls: none', async () => {
    const { port, taken } = await server({ hideSTARTTLS: true, disabledCommands: ['STARTTLS', 'AUTH'] })
    expect(await send({ port, tls: 'none' })).toEqual({ kind: 'arrived', at: NOW })
    expect(taken[0]).toMatchObject({ secure: false })
  })

  test('without STARTTLS gets no login and no message', async () => {
    const { port, lines } = await raw(answers({ ...OPEN, EHLO: '250-mail.test\r\n250 AUTH PLAIN', STARTTLS: '502 no' }))
    const outcome = await send({ port, username: 'tocsin', password: 'right' })
    expect(outcome).toMatchObject({
      kind: 'refused',
      reason: 'misconfigured',
      detail: 'mail.test: it begins no TLS (502)',
    })
    expect(lines.join('\n')).not.toMatch(/AUTH|MAIL|DATA|example\.com>/)
  })

  test.each([
    ['starttls', false],
    ['implicit', true],
  ] as const)('with a certificate of a stranger gets nothing, and an operator reads why (%s)', async (tls, secure) => {
    const { port, taken } = await server({ secure })
    const outcome = await send({ port, tls, username: 'tocsin', password: 'right' })
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'misconfigured' })
    expect(outcome).toMatchObject({
      detail: expect.stringMatching(/^mail\.test: its certificate is not accepted \([A-Z_]+\)$/),
    })
    expect(taken).toEqual([])
  })

  test('with the certificate of another host gets nothing', async () => {
    const other = selfSigned('elsewhere.test')
    const { port, taken } = await server({ ...other })
    expect(await send({ port, ca: other.cert })).toMatchObject({ reason: 'misconfigured', kind: 'refused' })
    expect(taken).toEqual([])
  })

  test('that knows TLS 1.1 at most gets nothing', async () => {
    const { port, taken } = await server({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' })
    expect(await send({ port, ca: cert })).toMatchObject({ kind: 'refused' })
    expect(taken).toEqual([])
  })

  test('that refuses the login is dead, without a word of its answer', async () => {
    const { port } = await server()
    const outcome = await send({ port, ca: cert, username: 'tocsin', password: 'wr0ng-s3cret' })
    expect(outcome).toEqual({
      kind: 'dead',
      at: NOW,
      reason: 'authError',
      detail: 'mail.test: answered 535 to the login',
    })
  })

  test('that refuses one mailbox of three has taken the message; the mailbox is named by its number', async () => {
    const { port, taken } = await server({
      onRcptTo: ({ address }, _session, done) =>
        address.startsWith('gone') ? done(Object.assign(new Error(`no ${address}`), { responseCode: 550 })) : done(),
    })
    const to = ['ops@example.com', 'gone@example.com', 'dba@example.com']
    const note = 'refused mailboxes, by their place among the 3 of the channel: 2 (550)'
    expect(await send({ port, ca: cert, to })).toEqual({ kind: 'arrived', at: NOW, note })
    expect(taken[0]?.to).toEqual(['ops@example.com', 'dba@example.com'])
  })

  test('that is too small for the message is told nothing of it', async () => {
    const { port, taken } = await server({ size: 500 })
    expect(await send({ port, ca: cert })).toMatchObject({ kind: 'dead', reason: 'clientError' })
    expect(taken).toEqual([])
  })

  test('on a port of the web, or at a private address, is not reached', async () => {
    const { port } = await server()
    expect(await send({ port, ca: cert }, notification(), { allow: [] })).toMatchObject({
      kind: 'dead',
      reason: 'forbiddenTarget',
    })
  })

  test('that is not there has refused', async () => {
    const { port, stop } = await startSmtp()
    await stop()
    expect(await send({ port })).toMatchObject({ kind: 'refused', reason: 'connection' })
  })
})

describe('an answer', () => {
  const later = { retryAfterMs: 300_000 }
  test.each<[name: string, table: Record<string, string | string[]>, outcome: object]>([
    ['greylisting', { RCPT: '451 4.7.1 ops@example.com try later' }, { kind: 'refused', ...later }],
    ['450 to the mailbox', { RCPT: '450 busy' }, { kind: 'refused', ...later }],
    ['452 to the mailbox', { RCPT: '452 full' }, { kind: 'refused', reason: 'serverError' }],
    ['550 to the mailbox', { RCPT: '550 no ops@example.com' }, { kind: 'dead', reason: 'clientError' }],
    ['550 to the sender', { MAIL: '550 no' }, { kind: 'dead', reason: 'clientError' }],
    ['530 to the sender', { MAIL: '530 log in' }, { kind: 'dead', reason: 'authError' }],
    ['454 to the sender', { MAIL: '454 Throttling failure' }, { kind: 'refused', reason: 'rateLimited' }],
    ['421 to the sender', { MAIL: '421 bye' }, { kind: 'refused', reason: 'serverError' }],
    ['421 to the mailbox', { RCPT: '421 bye' }, { kind: 'refused', reason: 'serverError' }],
    ['421 to DATA', { DATA: '421 bye' }, { kind: 'refused', reason: 'serverError' }],
    ['554 to DATA', { DATA: '554 no' }, { kind: 'dead', reason: 'clientError' }],
    ['421 to the message', { '.': '421 bye' }, { kind: 'refused', reason: 'serverError' }],
    ['451 to the message', { '.': '451 later' }, { kind: 'refused', reason: 'serverError' }],
    ['552 to the message', { '.': '552 too large' }, { kind: 'dead', reason: 'clientError' }],
    ['nonsense to the message', { '.': 'yes' }, { kind: 'ambiguous' }],
    ['354 to the message', { '.': '354 more' }, { kind: 'ambiguous' }],
    ['nonsense to EHLO and HELO', { EHLO: 'what', HELO: 'what' }, { kind: 'refused' }],
    ['421 to EHLO', { EHLO: '421 bye' }, { kind: 'refused' }],
  ])('%s', async (_name, table, expected) => {
    for (const EHLO of [OPEN.EHLO, '250-mail.test\r\n250 PIPELINING']) {
      const { port } = await raw(answers({ ...OPEN, EHLO, ...table }))
      const outcome = await send({ port, tls: 'none' })
      expect(outcome).toMatchObject(expected)
      expect(JSON.stringify(outcome)).not.toContain('example.com')
    }
  })

  test.each([
    ['554 no service\r\n', { kind: 'dead' }],
    ['421 busy\r\n', { kind: 'refused' }],
    ['HTTP/1.1 400 Bad Request\r\n\r\n', { kind: 'refused' }],
  ])('greeting %j', async (greeting, expected) => {
    const { port } = await raw(() => undefined, greeting)
    expect(await send({ port, tls: 'none' })).toMatchObject(expected)
  })

  test('of all mailboxes, one of them for the moment only: the message is tried again', async () => {
    const { port } = await raw(answers({ ...OPEN, RCPT: ['550 no', '451 later', '550 no'] }))
    const to = ['a@example.com', 'b@example.com', 'c@example.com']
    expect(await send({ port, tls: 'none', to })).toMatchObject({ kind: 'refused' })
  })
})

describe('a connection', () => {
  test.each([
    ['at the greeting', { EHLO: 'drop' }, { kind: 'refused', reason: 'connection' }],
    ['at the sender', { MAIL: 'drop' }, { kind: 'refused', reason: 'connection' }],
    ['at DATA', { DATA: 'drop' }, { kind: 'refused', reason: 'connection' }],
    ['after the message', { '.': 'drop' }, { kind: 'ambiguous', reason: 'connection' }],
  ])('that breaks %s', async (_name, table, expected) => {
    for (const EHLO of [OPEN.EHLO, '250-mail.test\r\n250 PIPELINING']) {
      const { port } = await raw(answers({ ...OPEN, EHLO, ...table }, hangUp))
      expect(await send({ port, tls: 'none' })).toMatchObject(expected)
    }
  })

  test.each([
    ['RCPT', { kind: 'refused', reason: 'timeout' }],
    ['.', { kind: 'ambiguous', reason: 'timeout' }],
  ])('that hangs at %s is given up at its time', async (word, expected) => {
    const clock = handClock(NOW)
    let hangs = (): void => undefined
    const hung = new Promise<void>((done) => (hangs = done))
    const { port } = await raw(answers({ ...OPEN, [word]: 'drop' }, () => hangs()))
    const sent = send({ port, tls: 'none' }, notification(), { clock })
    await hung
    clock.advance(25_000)
    expect(await sent).toMatchObject(expected)
  })

  test('does not read lines after the handshake that came before it', async () => {
    // The injected lines would promise a login in the clear, and a taken message.
    const injected = '250-mail.test\r\n250 AUTH PLAIN\r\n235 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken\r\n'
    for (const answer of [`220 go\r\n${injected}`, `220 go\r\n${injected.slice(0, -2)}`]) {
      const { port, lines } = await raw((line, socket) => {
        if (line.startsWith('EHLO')) socket.write('250-mail.test\r\n250 STARTTLS\r\n')
        if (line === 'STARTTLS') socket.write(answer, () => socket.end())
      })
      const outcome = await send({ port, ca: cert, username: 'tocsin', password: 'right' })
      expect(outcome).toMatchObject({ kind: 'refused' })
      expect(lines.filter((line) => /AUTH|MAIL|RCPT|DATA/.test(line))).toEqual([])
    }
  })
})
