/** One message at a fake, as far as a reader of the channel sees the message. */
export interface Sent {
  /** Which channel of the file: a path, a key or a mailbox. */
  to: string
  headers: Record<string, string>
  /** JSON as a value; a mail as its parts by type. */
  body: unknown
}

/** Headers that the file or the message decides. The others name the sender or the connection. */
const COMPARED = ['authorization', 'content-type']

export function sentOverHttp(to: string, headers: Record<string, string>, text: string): Sent {
  const kept = COMPARED.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]]))
  return { to, headers: Object.fromEntries(kept), body: JSON.parse(text) }
}

/** Headers that are of one mail, or say how the mail is encoded. */
const OF_ONE_MAIL = ['message-id', 'date', 'content-type', 'content-transfer-encoding']

/** The headers and the decoded parts of a mail whose parts are texts (RFC 2045, RFC 2047). */
export function sentByMail(to: string, text: string): Sent {
  const [head, body] = halves(text)
  const headers = headersIn(head)
  const boundary = /boundary="?([^";]+)"?/.exec(headers['content-type'] ?? '')?.[1]
  const parts = boundary === undefined ? [text] : body.split(`--${boundary}`).slice(1, -1)
  return {
    to,
    headers: Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => !OF_ONE_MAIL.includes(name))
        .map(([name, value]) => [name, decodedWords(value)]),
    ),
    body: Object.fromEntries(parts.map((part) => decodedPart(part.trimStart()))),
  }
}

function halves(text: string): [head: string, body: string] {
  const end = text.indexOf('\r\n\r\n')
  return [text.slice(0, end), text.slice(end + 4)]
}

function headersIn(head: string): Record<string, string> {
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
}

function decodedPart(part: string): [type: string, text: string] {
  const [head, body] = halves(part)
  const { 'content-type': type = '', 'content-transfer-encoding': encoding = '' } = headersIn(head)
  const text = encoding === 'quoted-printable' ? quotedPrintable(body.replaceAll('=\r\n', '')) : body
  return [type.split(';')[0] ?? '', text.replaceAll('\r\n', '\n').trimEnd()]
}

function decodedWords(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?q\?(.*?)\?=/gi, (_, text: string) => quotedPrintable(text.replaceAll('_', ' ')))
    .replaceAll(/=\?utf-8\?b\?(.*?)\?=/gi, (_, text: string) => Buffer.from(text, 'base64').toString())
}

function quotedPrintable(text: string): string {
  const latin1 = text.replaceAll(/=([0-9A-F]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
  return Buffer.from(latin1, 'latin1').toString()
}
