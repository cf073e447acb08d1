import { describe, expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import { readCsv } from '../../../shared/people/csv.ts'

function read(text: string | Uint8Array, mostRows = 200_000) {
  const { rows, problem } = finish(readCsv(typeof text === 'string' ? Buffer.from(text) : text, mostRows))
  return { rows: rows.map(({ line, cells }) => `${line}: ${cells.join('|')}`), problem }
}

test.each<[what: string, text: string, rows: string[]]>([
  ['lines', 'a,b\nc,d\n', ['1: a|b', '2: c|d']],
  ['no line break at the end', 'a,b', ['1: a|b']],
  ['Windows', 'a,b\r\nc,d\r\n', ['1: a|b', '2: c|d']],
  ['old Macintosh', 'a,b\rc,d\r', ['1: a|b', '2: c|d']],
  ['a byte order mark', '\ufeffa,b\n', ['1: a|b']],
  ['empty cells', ',a,\n', ['1: |a|']],
  ['empty lines', '\n\na\n  \n,,\nb', ['3: a', '6: b']],
  ['comments', '# a\n# b\nc\n#d,e', ['1: # a', '3: c']],
  ['a quoted comma', '"a,b",c', ['1: a,b|c']],
  ['a quoted quotation mark', '"say ""a""",c', ['1: say "a"|c']],
  ['a quoted line break', '"a\r\nb",c\nd', ['1: a\r\nb|c', '3: d']],
  ['an empty quoted cell', '"",a', ['1: |a']],
  ['a quotation mark inside of a cell', 'a"b,c', ['1: a"b|c']],
  ['nothing', '', []],
])('%s', (_what, text, rows) => {
  expect(read(text)).toEqual({ rows, problem: undefined })
})

test.each<[what: string, text: string | Uint8Array, line: number, message: RegExp]>([
  ['a quotation mark that nothing closes', 'a\nb,"c\nd\n', 2, /none closes/],
  ['a text after a quotation mark', 'a\n"b"c\n', 2, /follows a closing/],
  ['a text after a quoted line break', 'a\n"b\nb",c,"d"e', 3, /follows a closing/],
  ['GBK', Buffer.concat([Buffer.from('id\na,'), Buffer.from([0xd6, 0xd0, 0xce, 0xc4])]), 2, /not UTF-8/],
  ['UTF-16', Buffer.from('\ufeffid,name', 'utf16le'), 1, /UTF-16/],
  ['a zero byte', 'a\nb\0', 2, /zero byte/],
  ['too many cells', 'a,'.repeat(200), 1, /cells/],
])('%s is a problem with its line', (_what, text, line, message) => {
  expect(read(text).problem).toEqual({ line, message: expect.stringMatching(message) })
})

describe('large files', () => {
  test('100,000 lines are read in steps, each about as long as the others', () => {
    const steps = readCsv(Buffer.from('test01,Kumer,true\n'.repeat(100_000)), 200_000)
    const units: number[] = []
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) {
        expect(step.value.rows).toHaveLength(100_000)
        break
      }
      units.push(step.value)
    }
    expect(Math.max(...units)).toBeLessThan(5_000)
    expect(units.length).toBeGreaterThan(400)
  })

  test('the limit of rows ends the reading with one problem', () => {
    const { rows, problem } = read('a\n'.repeat(100_000), 1_000)
    expect(rows).toHaveLength(1_000)
    expect(problem).toEqual({ line: 1_001, message: expect.stringContaining('more than 1000 rows') })
  })
})
