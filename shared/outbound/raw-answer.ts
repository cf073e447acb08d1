import type { OutboundResult } from './request.ts'

/** `HTTP/1.1 200 OK`, forgiving what small devices write: any version, no reason, more spaces, lower case. */
const STATUS_LINE = /^HTTP\/\d+(?:\.\d+)?[ \t]+(\d{3})(?!\d)/i
const HEADER = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*:[ \t]*(.*?)[ \t]*$/

/**
 * An answer whose status line can be read although the answer is not strict HTTP: lines that end with a bare line feed,
 * a header without a colon, two lengths, another version. A parser that refuses such an answer says nothing of
 * what the target did with the request; the status does. Nothing is sent on the connection afterwards, so no later
 * answer can be taken for the answer of another request. Undefined: no complete status line, or only interim ones (1xx).
 */
export function readAnswer(bytes: Buffer): OutboundResult | undefined {
  const lines = bytes.toString('latin1').split('\n')
  // The text behind the last line feed is a line only when the line is known to be complete.
  const rest = lines.pop() ?? ''
  let at = 0
  for (;;) {
    while (isBlank(lines[at])) at++
    const status = Number(STATUS_LINE.exec(lines[at] ?? '')?.[1] ?? Number.NaN)
    if (!(status >= 100 && status <= 599)) return undefined
    const headers: Record<string, string> = {}
    for (at++; at < lines.length && !isBlank(lines[at]); at++) {
      const [, name, value = ''] = HEADER.exec(lines[at]!.replace(/\r$/, '')) ?? []
      if (name !== undefined) headers[name.toLowerCase()] = value
    }
    at++
    if (status >= 200) return { kind: 'answer', status, headers, body: bodyOf([...lines.slice(at), rest]) }
  }
}

function bodyOf(lines: readonly string[]): string {
  return Buffer.from(lines.join('\n'), 'latin1').toString()
}

function isBlank(line: string | undefined): boolean {
  return line === '' || line === '\r'
}
