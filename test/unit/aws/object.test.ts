import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { objectReader } from '../../../infra/aws/object.ts'
import { expectedSignature, readClaim } from '../../fakes/aws-signature.ts'

const SECRET = 'the secret of this test'
const NOW = Date.UTC(2026, 10, 21, 12)
let answer: (request: IncomingMessage, response: ServerResponse) => void
let stop: () => Promise<void>
let endpoint: string
const asked: string[] = []

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIA1')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET)
  vi.stubEnv('AWS_SESSION_TOKEN', 'session')
  asked.length = 0
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  stop = () => new Promise((resolve) => server.close(() => resolve()))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await stop()
})

const read = (key: string, limitBytes = 1000) =>
  objectReader({ clock: { now: () => NOW }, region: 'eu-west-1', endpoint, limitBytes })({ bucket: 'the.trail', key })

/** S3's first check of a request: the signature. */
function isSigned({ method = '', url = '', headers }: IncomingMessage): boolean {
  const claimed = readClaim(headers.authorization)
  if (claimed === undefined || claimed.service !== 's3' || claimed.region !== 'eu-west-1') return false
  const request = { method, path: url, headers: headers as Record<string, string>, text: '' }
  return (
    expectedSignature(request, claimed, SECRET) === claimed.signature && headers['x-amz-security-token'] === 'session'
  )
}

describe('an object of S3', () => {
  test.each([
    ['AWSLogs/1/a.json.gz', '/the.trail/AWSLogs/1/a.json.gz'],
    ["a b+c/ü!'()*.gz", '/the.trail/a%20b%2Bc/%C3%BC%21%27%28%29%2A.gz'],
  ])("%s is read with the signature of the function's role", async (key, path) => {
    answer = (request, response) => response.writeHead(isSigned(request) ? 200 : 403).end('bytes')
    expect(Buffer.from(await read(key)).toString()).toBe('bytes')
    expect(asked).toEqual([path])
  })

  test('that is said to be zipped arrives unpacked', async () => {
    answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('whole'))
    expect(Buffer.from(await read('a')).toString()).toBe('whole')
  })

  test('that is not there is nothing', async () => {
    answer = (_request, response) => response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>')
    expect(await read('a')).toBe('gone')
  })

  test.each([
    [
      403,
      '<Error><Code>AccessDenied</Code><Message>s3:GetObject is denied</Message></Error>',
      'AccessDenied s3:GetObject is denied',
    ],
    [404, '<Error><Code>NoSuchBucket</Code><Message>none</Message></Error>', 'NoSuchBucket none'],
    [503, 'Slow down', ''],
  ])('%i is told with what S3 said of it', async (status, body, said) => {
    answer = (_request, response) => response.writeHead(status).end(body)
    await expect(read('a')).rejects.toThrow(`s3:GetObject of the.trail/a: ${status} ${said}`)
  })

  test.each([
    ['as it is sent', (response: ServerResponse) => response.end(Buffer.alloc(1001))],
    [
      'unpacked',
      (response: ServerResponse) => response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(1001))),
    ],
  ])('that is too large %s is not held', async (_what, send) => {
    answer = (_request, response) => void send(response)
    expect(await read('a')).toBe('too-large')
  })
})
