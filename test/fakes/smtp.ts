import { type AddressInfo, createServer, type Socket } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { systemClock } from '../../infra/clock.ts'
import type { Clock, Millis } from '../../shared/base/time.ts'

interface TakenMail {
  at: Millis
  from: string
  to: string[]
  /** The message as it came, with CRLF. */
  text: string
  secure: boolean
  user: unknown
}

/** A mail server on this machine: the package `smtp-server`. Keeps what it took. */
export async function startSmtp(options: SMTPServerOptions = {}, clock: Pick<Clock, 'now'> = systemClock) {
  const taken: TakenMail[] = []
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 1,
    onAuth: ({ username, password }, _session, done) =>
      username === 'tocsin' && password === 'right' ? done(null, { user: username }) : done(new Error('Invalid login')),
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom === false ? '' : mailFrom.address
        const to = rcptTo.map(({ address }) => address)
        taken.push({
          at: clock.now(),
          from,
          to,
          text: Buffer.concat(chunks).toString(),
          secure: session.secure,
          user: session.user,
        })
        done(null, 'taken')
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    taken,
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise<void>((closed) => server.close(() => closed())),
  }
}

/** A server that says what the test says: `act` gets every line; the greeting goes out at once. */
export async function startRawSmtp(act: (line: string, socket: Socket) => void, greeting = '220 mail.test ESMTP\r\n') {
  const lines: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    let rest = ''
    socket.on('data', (chunk) => {
      const parts = (rest + chunk.toString('latin1')).split('\r\n')
      rest = parts.pop()!
      for (const line of parts) {
        lines.push(line)
        act(line, socket)
      }
    })
    socket.write(greeting)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    lines,
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = new Promise((done) => server.close(done))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
