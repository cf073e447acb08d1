import { createSocket, type RemoteInfo } from 'node:dgram'

/** Addresses of a name; `refuse`: the server fails; `silent`: the server never answers for the name. */
export type NameAnswer = readonly string[] | 'refuse' | 'silent'

export interface NameServer {
  /** `address:port`, as a resolver takes the server. */
  address: string
  /** The names that were asked for, each with its type, in order. */
  asked: string[]
  stop(): Promise<void>
}

const IPV4 = 1
const IPV6 = 28
const HEADER_BYTES = 12
/** Answer, recursion desired and available. */
const FLAGS = 0x8180
const NO_NAME = 3
const SERVER_FAILURE = 2

/** A name server over UDP on this machine (RFC 1035). A name that is not in `names` does not exist. */
export async function startNameServer(names: Readonly<Record<string, NameAnswer>>): Promise<NameServer> {
  const socket = createSocket('udp4')
  const asked: string[] = []
  socket.on('message', (query: Buffer, from: RemoteInfo) => {
    const { name, type, end } = questionOf(query)
    asked.push(`${name} ${type === IPV6 ? 'AAAA' : 'A'}`)
    const known = Object.hasOwn(names, name) ? names[name]! : undefined
    if (known === 'silent') return
    const code = known === undefined ? NO_NAME : known === 'refuse' ? SERVER_FAILURE : 0
    const records = (typeof known === 'object' ? known : []).flatMap((address) => recordOf(address, type))
    const header = Buffer.alloc(HEADER_BYTES)
    query.copy(header, 0, 0, 2)
    header.writeUInt16BE(FLAGS | code, 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(records.length, 6)
    socket.send(Buffer.concat([header, query.subarray(HEADER_BYTES, end), ...records]), from.port, from.address)
  })
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound))
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    stop: () => new Promise((closed) => socket.close(() => closed())),
  }
}

/** The question of a query, and the place behind it. */
function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = HEADER_BYTES
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

/** A record with a pointer to the name of the question, for a minute. Empty: the address is of another family. */
function recordOf(address: string, type: number): Buffer[] {
  const bytes = address.includes(':') ? ipv6Bytes(address) : Buffer.from(address.split('.').map(Number))
  if (type !== (bytes.length === 16 ? IPV6 : IPV4)) return []
  const head = Buffer.alloc(HEADER_BYTES)
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0)
  head.writeUInt16BE(type, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt32BE(60, 6)
  head.writeUInt16BE(bytes.length, 10)
  return [Buffer.concat([head, bytes])]
}

function ipv6Bytes(address: string): Buffer {
  const [left = '', right = ''] = address.split('::')
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'))
  const zeros = Array.from({ length: 8 - groups(left).length - groups(right).length }, () => '0')
  const all = [...groups(left), ...(address.includes('::') ? zeros : []), ...groups(right)]
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex')
}
