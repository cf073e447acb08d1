import { describe, expect, test } from 'vitest'
import { losesDigits } from '../../../shared/base/digits.ts'
import { AS_SENT, parseExact, parseJson } from '../../../shared/base/json.ts'

describe('numbers that JavaScript cannot hold', () => {
  const KEPT = [
    '9007199254740993',
    '12345678901234567890',
    '-12345678901234567891',
    '1000000000000000000000',
    '0.12345678901234567890',
    '12345678.12345678901234567',
    '1e400',
    '-1E+400',
    '1e-400',
    '123456789012345678e3',
    '1234567890123456789e2',
  ]
  const NUMBERS = [
    '0',
    '-0',
    '1.0',
    '1.10',
    '1e3',
    '1E3',
    '1.5e-7',
    '9007199254740992',
    '1700000000000',
    '0.1',
    '1.0000000000000000',
    '1e21',
    '0.30000000000000004',
  ]

  test.each(KEPT)('%s keeps its text, wherever it stands', (text) => {
    expect(losesDigits(text)).toBe(true)
    for (const [json, value] of [
      [text, text],
      [`[${text},1]`, [text, 1]],
      [`{"a":${text}}`, { a: text }],
      [`{"a" :\n${text} , "b":[[${text}]]}`, { a: text, b: [[text]] }],
      [`["${text}","\\"",${text}]`, [text, '"', text]],
    ] as const) {
      expect(parseJson(Buffer.from(json), AS_SENT)).toEqual({ ok: true, value })
      expect(parseExact(json)).toEqual(value)
    }
  })

  test.each(NUMBERS)('%s is a number', (text) => {
    expect(losesDigits(text)).toBe(false)
    expect(parseJson(Buffer.from(`[${text}]`), AS_SENT)).toEqual({ ok: true, value: [Number(text)] })
  })

  test('different numbers are different texts, equal numbers of JavaScript one text', () => {
    const texts = [...KEPT, ...NUMBERS, '12345678901234567891', '9007199254740991'].map((text) =>
      String(parseExact(text)),
    )
    expect(new Set(texts).size).toBe(texts.length - 3)
  })

  test('without being asked, a number stays a number', () => {
    expect(parseJson(Buffer.from('[12345678901234567890]'))).toEqual({ ok: true, value: [12345678901234567000] })
  })

  test.each([
    '01234567890123456789',
    '{12345678901234567890:1}',
    '12345678901234567890x',
    '-',
    '1234567890123456.',
    '1e',
    '[1234567890123456-1234567890123456]',
    '"a"12345678901234567890',
    '12345678901234567890 12345678901234567890',
  ])('%s is no JSON, and stays none', (text) => {
    expect(() => JSON.parse(text)).toThrow()
    expect(parseJson(Buffer.from(text), AS_SENT)).toMatchObject({ ok: false, reason: 'syntax' })
    expect(() => parseExact(text)).toThrow()
  })

  test('is decided in one pass: a million zeros between two digits', () => {
    expect(losesDigits(`1${'0'.repeat(1_000_000)}1`)).toBe(true)
    expect(losesDigits(`0.${'0'.repeat(1_000_000)}1`)).toBe(true)
    expect(parseExact(`[${'1e999,'.repeat(50_000)}1]`)).toHaveLength(50_001)
  })
})

describe('bytes that are not UTF-8', () => {
  const bytes = Buffer.from('[{"a":"caf\xe9"},{"b":"ü"}]', 'latin1')

  test('become U+FFFD where asked for, and refuse the body elsewhere', () => {
    expect(parseJson(bytes, AS_SENT)).toEqual({ ok: true, value: [{ a: 'caf\ufffd' }, { b: '\ufffd' }] })
    expect(parseJson(bytes)).toMatchObject({ ok: false, reason: 'utf8' })
  })

  test('that are no JSON either are named as what they are', () => {
    for (const body of [Buffer.from([0x5b, 0xff, 0xfe, 0x5d]), Buffer.from('[]', 'utf16le'), Buffer.from([0xff])]) {
      expect(parseJson(body, AS_SENT)).toMatchObject({ ok: false })
    }
    expect(parseJson(Buffer.from([0x5b, 0xff, 0xfe, 0x5d]), AS_SENT)).toMatchObject({ reason: 'utf8' })
  })
})
