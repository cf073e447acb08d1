import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSplitter } from '../../../shared/record/splitter.ts'

type FoundPiece = [line: number, text: string]

/** The records found in a text that arrives in pieces of `size` characters; damage as `!reason`. */
function split(text: string, size: number, maxChars?: number): FoundPiece[] {
  const all: FoundPiece[] = []
  const splitter = createSplitter(
    {
      record: (record, line) => all.push([line, record]),
      damaged: (line, reason) => all.push([line, `!${reason}`]),
    },
    maxChars,
  )
  for (let at = 0; at < text.length; at += size) splitter.push(text.slice(at, at + size))
  splitter.end()
  return all
}

const SIZES = [1, 2, 3, 7, 1000]

describe('records are found in', () => {
  test.each<[what: string, text: string, found: FoundPiece[]]>([
    ['nothing', '', []],
    ['space', ' \n\t\r\n', []],
    [
      'lines',
      '{"a":1}\n{"b":2}\n',
      [
        [1, '{"a":1}'],
        [2, '{"b":2}'],
      ],
    ],
    [
      'lines with Windows ends',
      '{"a":1}\r\n\r\n{"b":2}\r\n',
      [
        [1, '{"a":1}'],
        [3, '{"b":2}'],
      ],
    ],
    [
      'one after the other',
      '{"a":1}{"b":2} {"c":3}',
      [
        [1, '{"a":1}'],
        [1, '{"b":2}'],
        [1, '{"c":3}'],
      ],
    ],
    [
      'a record over several lines',
      '{\n "a": {\n}}\n{"b":2}',
      [
        [1, '{\n "a": {\n}}'],
        [4, '{"b":2}'],
      ],
    ],
    [
      'a list',
      '[{"a":1},\n{"b":[{}]}]',
      [
        [1, '{"a":1}'],
        [2, '{"b":[{}]}'],
      ],
    ],
    [
      'Records',
      '{"Records":[{"a":1},{"b":2}]}',
      [
        [1, '{"a":1}'],
        [1, '{"b":2}'],
      ],
    ],
    [
      'Records with space',
      '{\n  "Records" :\n [\n{"a":1}\n]}\n{"b":2}',
      [
        [4, '{"a":1}'],
        [6, '{"b":2}'],
      ],
    ],
    [
      'Records and more behind',
      '{"Records":[{"a":1}],"x":[{"y":"]}"}]}{"b":2}',
      [
        [1, '{"a":1}'],
        [1, '{"b":2}'],
      ],
    ],
    ['no Records', '{"Records":[]}\n[]\n{"a":1}', [[3, '{"a":1}']]],
    ['Records not in front: one object', '{"x":1,"Records":[{}]}', [[1, '{"x":1,"Records":[{}]}']]],
    [
      'brackets in strings',
      '{"a":"}]{["}{"b":1}',
      [
        [1, '{"a":"}]{["}'],
        [1, '{"b":1}'],
      ],
    ],
    [
      'quotes in strings',
      '{"a":"\\"}"}{"b":"\\\\"}{"c":"\\\\\\""}',
      [
        [1, '{"a":"\\"}"}'],
        [1, '{"b":"\\\\"}'],
        [1, '{"c":"\\\\\\""}'],
      ],
    ],
    ['a string behind Records', '{"Records":[],"a":"\\\\\\"}"}{"b":1}', [[1, '{"b":1}']]],
  ])('%s', (_, text, found) => {
    for (const size of SIZES) expect(split(text, size)).toEqual(found)
  })
})

describe('damage does not swallow the records behind:', () => {
  const unended = '!the text ends in the middle of a record'
  const string = '!a string does not end with its line'
  test.each<[what: string, text: string, found: FoundPiece[]]>([
    [
      'a line that lacks its end',
      '{"a":1\n{"b":2}\n{"c":3}\n',
      [
        [1, unended],
        [2, '{"b":2}'],
        [3, '{"c":3}'],
      ],
    ],
    [
      'two of them',
      '{"a":1\n{"b":2}\n{"c":3\n{"d":4}',
      [
        [1, unended],
        [2, '{"b":2}'],
        [3, '!a record does not end with its line'],
        [4, '{"d":4}'],
      ],
    ],
    [
      'a string that lacks its end',
      '{"a":"x\n{"b":2}',
      [
        [1, string],
        [2, '{"b":2}'],
      ],
    ],
    [
      'no JSON',
      'oops {"a":1}\n{"b":2}',
      [
        [1, '!"o" does not begin a record'],
        [2, '{"b":2}'],
      ],
    ],
    [
      'lines that begin with a time, and lines that begin with another number',
      '2026-03-02T08:00:01.000Z {"a":1}\n2026-03-02T08:00:01Z\tGET\n2026 {"b":2}\n2026-03-02T08:00:02Z  {"c":3}',
      [
        [1, '{"a":1}'],
        [2, '!"2" does not begin a record'],
        [3, '!"2" does not begin a record'],
        [4, '{"c":3}'],
      ],
    ],
    [
      'a list of something else',
      '[1,2]\n{"b":2}',
      [
        [1, '1'],
        [1, '2'],
        [2, '{"b":2}'],
      ],
    ],
    [
      'items of a list that are no objects, among objects',
      '{"Records":[{"a":1},-1.5e3, "x, \\"]" ,null,[{"b":[1]},2],true,{"c":3}]}',
      [
        [1, '{"a":1}'],
        [1, '-1.5e3'],
        [1, '"x, \\"]"'],
        [1, 'null'],
        [1, '[{"b":[1]},2]'],
        [1, 'true'],
        [1, '{"c":3}'],
      ],
    ],
    [
      'items of a list that are nothing at all',
      '[{"a":1},nul,{"b":2}]\n{"c":3}',
      [
        [1, '{"a":1}'],
        [1, '!"n" does not begin a record'],
        [2, '{"c":3}'],
      ],
    ],
    [
      'a damaged line of a list',
      '[\n{"a":"x,\n{"b":2},\n{"c":3}\n]\n',
      [
        [2, string],
        [3, '{"b":2}'],
        [4, '{"c":3}'],
      ],
    ],
    [
      'the end of the last line',
      '{"a":1}\n{"b":',
      [
        [1, '{"a":1}'],
        [2, unended],
      ],
    ],
    [
      'the end of Records',
      '{"Records":[{"a":1},',
      [
        [1, '{"a":1}'],
        [1, '!the text ends in the middle of a list'],
      ],
    ],
    [
      'the end inside Records',
      '{"Records":[{"a":1},{"b"',
      [
        [1, '{"a":1}'],
        [1, '!the text ends in the middle of a list'],
      ],
    ],
  ])('%s', (_, text, found) => {
    for (const size of SIZES) expect(split(text, size)).toEqual(found)
  })

  test('a record longer than the limit', () => {
    const long = `{"a":"${'x'.repeat(500)}"}`
    expect(split(`${long}\n{"b":2}`, 50, 100)).toEqual([
      [1, '!a record is longer than 100 characters'],
      [2, '{"b":2}'],
    ])
    expect(split(`${long}\n{"b":2}`, 50, 600)).toEqual([
      [1, long],
      [2, '{"b":2}'],
    ])
  })
})

test('the same records come out, wherever the text is divided into chunks', () => {
  const record = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 })
  const form = fc.constantFrom('lines', 'list', 'Records', 'pretty')
  fc.assert(
    fc.property(fc.array(record), form, fc.integer({ min: 1, max: 40 }), (records, form, size) => {
      const objects = records.filter((one) => Object.keys(one)[0] !== 'Records')
      const texts = objects.map((one) => JSON.stringify(one, null, form === 'pretty' ? 2 : 0))
      const text = {
        lines: texts.join('\n'),
        pretty: texts.join('\n'),
        list: `[${texts.join(', ')}]`,
        Records: `{"Records":[${texts.join(',\n')}]}`,
      }[form]
      expect(split(text, size).map(([, record]) => record)).toEqual(texts)
    }),
  )
})

test('the result for a random text does not depend on the chunks', () => {
  const piece = fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\n', '\\', ' ', 'a', '{"a":1}', '{"Records":[')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 20 }), (pieces, size) => {
      const text = pieces.join('')
      expect(split(text, size)).toEqual(split(text, text.length + 1))
    }),
    { numRuns: 500 },
  )
})
