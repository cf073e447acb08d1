import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import { type Content, contentsOf } from '../../../shared/record/contents.ts'
import { readValues } from '../../../shared/record/values.ts'
import { DELIVERIES, recordOf, UNREADABLE, WITHOUT_RECORDS } from './deliveries.ts'

function contents(body: string): Content[] {
  const read = finish(readValues(Buffer.from(body), 1000))
  if (!read.ok) throw new Error(read.message)
  const before = JSON.stringify(read.value)
  const found = [...contentsOf(read.value)].filter((content) => typeof content !== 'number')
  expect(JSON.stringify(read.value)).toBe(before)
  return found
}

describe('records are read', () => {
  test.each(DELIVERIES)('$what', ({ body, of }) => {
    expect(contents(body)).toEqual([1, 2].map((n) => ({ kind: 'record', fields: recordOf(of, n) })))
  })

  test('whose fields have the names of wrappings', () => {
    const record = { ...recordOf('cloudtrail', 1), Records: [], detail: {}, 'detail-type': 'x', event: 'x', s3: {} }
    expect(contents(JSON.stringify([record]))).toEqual([{ kind: 'record', fields: record }])
    const other = { ...recordOf('actiontrail', 1), message: 'x', data: 'x', events: [], timestamp: '1' }
    expect(contents(JSON.stringify(other))).toEqual([{ kind: 'record', fields: other }])
  })

  test('from a list of several forms', () => {
    const forms = DELIVERIES.filter(({ of, body }) => of === 'cloudtrail' && body.startsWith('{"'))
    const all = forms.map(({ body }) => body).join('\n')
    expect(contents(all)).toHaveLength(2 * forms.length)
  })
})

describe('no records are read', () => {
  test.each(WITHOUT_RECORDS)('without a complaint from $what', ({ body, counted }) => {
    const found = contents(body)
    expect(found.map(({ kind }) => kind)).toEqual(counted === '' ? [] : ['left-out'])
  })

  test.each(UNREADABLE)('from $what, with the reason', ({ body, reason }) => {
    expect(contents(body)).toEqual([{ kind: 'unreadable', reason: expect.stringContaining(reason) }])
  })

  test('from wrappings without end', () => {
    let text = '{}'
    for (let n = 0; n < 12; n++) text = JSON.stringify({ event: text })
    expect(contents(text)).toEqual([{ kind: 'unreadable', reason: 'wrapped more than 8 times' }])
  })

  test('from what is packed larger than a message can be, or twice', () => {
    const data = (bytes: Buffer) => JSON.stringify({ awslogs: { data: bytes.toString('base64') } })
    expect(contents(data(gzipSync(Buffer.alloc(5 * 1024 * 1024, ' '))))).toMatchObject([{ kind: 'unreadable' }])
    expect(contents(data(gzipSync(gzipSync('{}'))))).toEqual([{ kind: 'unreadable', reason: 'data is packed twice' }])
  })
})

describe('values one behind the other', () => {
  const read = (text: string | Buffer) => finish(readValues(Buffer.from(text), 1000))

  test('are a list, with every damaged one named by its line', () => {
    expect(read('{"a":1}{"a":2}\n{"a":\n{"a":4}')).toEqual({
      ok: true,
      value: [{ a: 1 }, { a: 2 }, { message: 'line 2: the text ends in the middle of a record' }, { a: 4 }],
    })
  })

  test('may have bytes that are not UTF-8 and numbers of many digits, as a single value may', () => {
    const bytes = Buffer.concat([
      Buffer.from('{"a":"'),
      Buffer.from([0xff]),
      Buffer.from('é"}\n{"a":12345678901234567890}'),
    ])
    expect(read(bytes)).toEqual({ ok: true, value: [{ a: '\ufffdé' }, { a: '12345678901234567890' }] })
  })

  test('need an object among them; otherwise the text is a single value with a mistake', () => {
    for (const text of ['1 2', 'two\nlines', '[\n1,\n2,\n]'])
      expect(read(text)).toMatchObject({ ok: false, reason: 'syntax' })
  })

  test('are read up to a number', () => {
    const many = finish(readValues(Buffer.from('{}\n'.repeat(5000)), 100))
    expect(many.ok && many.value).toHaveLength(101)
  })
})
