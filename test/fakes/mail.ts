/** A message of a mail server (RFC 5322) as a mail program reads the message: two parts, both decoded. */
export function readMail(text: string): { subject: string; plain: string; html: string } {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const headers = unfold(head)
  const boundary = /boundary="([^"]+)"/.exec(headers)?.[1] ?? ''
  const parts = rest
    .join('\r\n\r\n')
    .split(`--${boundary}`)
    .map((part) => {
      const [partHead = '', ...body] = part.split('\r\n\r\n')
      const type = /^content-type: ([^;\r\n]+)/im.exec(partHead)?.[1] ?? ''
      return { type, text: decoded(body.join('\r\n\r\n'), /^content-transfer-encoding: (\S+)/im.exec(partHead)?.[1]) }
    })
  const of = (wanted: string): string => parts.find(({ type }) => type === wanted)?.text ?? ''
  return {
    subject: words(/^Subject: (.*)$/m.exec(headers)?.[1] ?? ''),
    plain: of('text/plain'),
    html: of('text/html'),
  }
}

function unfold(head: string): string {
  return head.replaceAll(/\r\n[ \t]+/g, ' ')
}

function decoded(text: string, encoding = '7bit'): string {
  if (/base64/i.test(encoding)) return Buffer.from(text, 'base64').toString()
  if (!/quoted-printable/i.test(encoding)) return text
  return bytes(text.replaceAll(/=\r\n/g, ''))
}

/** Encoded words (RFC 2047): `=?UTF-8?Q?…?=` and `=?UTF-8?B?…?=`; blanks between two of them are nothing. */
function words(header: string): string {
  return header
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?UTF-8\?([QB])\?([^?]*)\?=/gi, (_, form: string, text: string) =>
      /b/i.test(form) ? Buffer.from(text, 'base64').toString() : bytes(text.replaceAll('_', ' ')),
    )
}

function bytes(text: string): string {
  const escaped = text.replaceAll(/%/g, '=25').replaceAll(/=([0-9A-F]{2})/g, '%$1')
  return decodeURIComponent(escaped)
}
