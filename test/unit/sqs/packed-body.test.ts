import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readDispatched } from '../../../shared/message/parse.ts'
import { MESSAGE_BYTES } from '../../../shared/queue/port.ts'
import { packBody, unpackBody } from '../../../shared/sqs/packed-body.ts'

const alerts = (count: number): string =>
  JSON.stringify({
    v: 1,
    kind: 'alerts',
    alerts: Array.from({ length: count }, (_, id) => ({ name: 'größer 🔥', id })),
  })
/** Bytes that do not compress. */
const noise = createHash('shake256', { outputLength: 9000 }).update('noise').digest()
const packed = (bytes: Buffer | string): string => `{"v":3,"deflated":"${Buffer.from(bytes).toString('base64')}"}`

test('a long body is shorter on the way, and the same on arrival', () => {
  const body = alerts(1000)
  expect(packBody(body).length).toBeLessThan(body.length / 2)
  expect(unpackBody(packBody(body))).toBe(body)
})

test.each([
  ['short', alerts(2)],
  ['compressed before', JSON.stringify({ words: noise.toString('base64') })],
])('a body that would gain nothing stays: %s', (_, body) => {
  expect(packBody(body)).toBe(body)
  expect(unpackBody(body)).toBe(body)
})

test.each([
  ['no deflated bytes', packed('nothing')],
  ['cut', packed(deflateRawSync(alerts(1000)).subarray(0, 100))],
  ['larger than a message', packed(deflateRawSync(Buffer.alloc(MESSAGE_BYTES + 1)))],
  ['without an end', '{"v":3,"deflated":"'],
])('a damaged body is a message of a version that no reader knows: %s', (_, body) => {
  expect(unpackBody(body)).toBe(body)
  if (body.endsWith('}')) expect(readDispatched(body)).toMatchObject({ ok: false, unread: { newer: true } })
})
