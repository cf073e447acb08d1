import { describe, expect, test } from 'vitest'
import { problemsOf, selectionMatches } from './matches.ts'

type Row = [key: string, value: unknown, field: unknown, expected: boolean]

function table(rows: Row[]): void {
  test.each(rows)('%s: %j on %j is %s', (key, value, field, expected) => {
    expect(selectionMatches({ [key]: value }, field === undefined ? {} : { f: field })).toBe(expected)
  })
}

describe('re', () => {
  table([
    ['f|re', 'b+', 'abbc', true],
    ['f|re', '^b', 'abbc', false],
    ['f|re', 'B', 'abc', false],
    ['f|re|i', 'B', 'abc', true],
    ['f|re', '(?i)B', 'abc', true],
    ['f|re', 'a.c', 'a\nc', false],
    ['f|re|s', 'a.c', 'a\nc', true],
    ['f|re', '^c$', 'a\nc', false],
    ['f|re|m', '^c$', 'a\nc', true],
    ['f|re|i|m|s', '^C.D', 'a\nc\nd', true],
    ['f|re|ignorecase', 'B', 'abc', true],
    ['f|re', ['x', 'b'], 'abc', true],
    ['f|re|all', ['x', 'b'], 'abc', false],
    ['f|re', '\\\\Temp\\\\', 'C:\\Temp\\x', true],
    ['f|re', '^\\d{4}$', 4624, true],
    ['f|re', 'a{1000,}', 'a'.repeat(1000), true],
    ['f|re', 'a{1000,}', 'a'.repeat(999), false],
    ['f|re', '', 'x', true],
    ['f|re', 'x', null, false],
  ])

  test('an expression that hangs other engines is fast', () => {
    expect(selectionMatches({ 'f|re': '^(a+)+$' }, { f: `${'a'.repeat(50_000)}!` })).toBe(false)
  })

  test.each([
    ['(?=x)', 'lookahead'],
    ['a(?!x)', 'lookahead'],
    ['(?<=x)y', 'lookbehind'],
    ['(?<!x)y', 'lookbehind'],
    ['(a)\\1', 'back references'],
    ['(?>a)', 'atomic groups'],
    ['a*+b', 'possessive'],
    ['(?(1)a|b)', 'conditionals'],
  ])('%s is refused as %s', (source, name) => {
    expect(problemsOf({ selection: { 'f|re': source } })).toEqual([expect.stringContaining(name)])
  })

  test.each(['(', 'a{1,100000}', '[z-a]', 'x'.repeat(5_000), '(a|b|c7){1,900}'])('%s is refused', (source) => {
    expect(problemsOf({ selection: { 'f|re': source } })).toEqual([
      expect.stringMatching(/^detection\.selection\["f\|re"\]: regular expression /),
    ])
  })
})

describe('cidr', () => {
  table([
    ['f|cidr', '10.0.0.0/8', '10.1.2.3', true],
    ['f|cidr', '10.0.0.0/8', '11.1.2.3', false],
    ['f|cidr', '192.168.4.0/23', '192.168.5.255', true],
    ['f|cidr', '192.168.4.0/23', '192.168.6.0', false],
    ['f|cidr', '10.0.0.0/8', '10.0.0.0:443', false],
    ['f|cidr', '10.0.0.0/8', '10.0.0', false],
    ['f|cidr', '10.0.0.0/8', '10.0.0.01', false],
    ['f|cidr', '10.0.0.0/8', '10.0.0.256', false],
    ['f|cidr', '10.0.0.0/8', 'ec2.amazonaws.com', false],
    ['f|cidr', '10.0.0.0/8', '', false],
    ['f|cidr', '10.0.0.0/8', ['x', '10.0.0.1'], true],
    ['f|cidr', '0.0.0.0/0', '8.8.8.8', true],
    ['f|cidr', '0.0.0.0/0', '::1', false],
    ['f|cidr', '127.0.0.1', '127.0.0.1', true],
    ['f|cidr', '10.1.2.3/8', '10.9.9.9', true],
    ['f|cidr', ['10.0.0.0/8', 'fc00::/7'], 'fd12::1', true],
    ['f|cidr', '2001:db8::/32', '2001:0DB8:0:0:0:0:0:1', true],
    ['f|cidr', '2001:db8::/32', '2001:db9::', false],
    ['f|cidr', '::1', '0:0:0:0:0:0:0:1', true],
    ['f|cidr', '::/0', '::ffff:10.0.0.1', true],
    ['f|cidr', '64:ff9b::/96', '64:ff9b::192.0.2.33', true],
    ['f|cidr', '10.0.0.0/8', '::ffff:10.0.0.1', false],
    ['f|cidr', '::/0', '1::2::3', false],
    ['f|cidr', '::/0', '1:2:3:4:5:6:7', false],
    ['f|cidr', '::/0', '1:2:3:4::5:6:7:8', false],
    ['f|cidr', '::/0', '1:2:3::5:6:7:8', true],
    ['f|cidr', '::/0', 'fe80::1%eth0', false],
  ])

  test.each(['10.0.0.0/33', '10.0.0/8', '::/129', 'x', '10.0.0.0/8/8', '10.0.0.0/'])('%s is refused', (network) => {
    expect(problemsOf({ selection: { 'f|cidr': network } })).toEqual([expect.stringContaining('is not a network')])
  })
})

describe('encoding modifiers', () => {
  const wide = (text: string): string => Buffer.from(text, 'utf16le').toString('base64')
  table([
    ['f|base64', 'foobar', 'Zm9vYmFy', true],
    ['f|base64|contains', 'foobar', 'xxZm9vYmFyxx', true],
    ['f|base64', 'fooba', 'Zm9vYmFy', false],
    ['f|base64', 'größe', Buffer.from('größe').toString('base64'), true],
    ...[0, 1, 2, 3, 4, 5].flatMap((before): Row[] =>
      [0, 1, 2].map((after) => {
        const hidden = Buffer.from(`${'#'.repeat(before)}http://größe${'#'.repeat(after)}`).toString('base64')
        return ['f|base64offset|contains', 'http://größe', hidden, true]
      }),
    ),
    ['f|base64offset|contains', 'http://', Buffer.from('ftp://x').toString('base64'), false],
    ['f|wide|base64offset|contains', 'iex', wide('-enc iex x'), true],
    ['f|utf16le|base64', 'ab', 'YQBiAA==', true],
    ['f|utf16be|base64', 'ab', 'AGEAYg==', true],
    ['f|utf16|base64', 'cmd', Buffer.from([0xff, 0xfe, 0x63, 0, 0x6d, 0, 0x64, 0]).toString('base64'), true],
    ['f|wide|base64', 'ä', Buffer.from('ä', 'utf16le').toString('base64'), true],
    ['f|wide|contains', 'ab', 'xa\0b\0', true],
    ['f|base64offset|contains|all', ['foobar', 'http'], `${btoa('xfoobar')} ${btoa('xxhttp')}`, true],
  ])

  test.each([
    ['f|base64', 'a*', 'wildcards cannot be encoded'],
    ['f|contains|base64', 'a', 'wildcards cannot be encoded'],
    ['f|wide|utf16', 'a', 'encoded already'],
    ['f|wide|windash', '-a', 'before what encodes'],
    ['f|windash|base64', '-a -b -c -d -e', 'too many flags'],
  ])('%s: %s is refused: %s', (key, value, message) => {
    expect(problemsOf({ selection: { [key]: value } })).toEqual([expect.stringContaining(message)])
  })
})

describe('windash', () => {
  table([
    ...['-', '/', '–', '—', '―'].map((dash): Row => ['f|windash|contains', ' -enc ', `x ${dash}enc y`, true]),
    ['f|contains|windash', '/c', 'cmd -c', true],
    ['f|contains|windash', '–c', 'cmd /c', true],
    ['f|contains|windash', '-a -b', 'x /a —b', true],
    ['f|contains|windash', '-a-b', 'x /a-b', true],
    // A dash that begins no flag: within a word, or before no word.
    ['f|contains|windash', '-a-b', 'x /a/b', false],
    ['f|contains|windash', 'a - b', 'a / b', false],
    ['f|windash', '-a', '_a', false],
    ['f|contains|windash|all', ['-a', '-b'], '/b /a', true],
    ['f|windash|endswith', '-ENC', 'x ―enc', true],
    ['f|windash|base64', '-a', btoa('/a'), true],
  ])
})

describe('expand', () => {
  const placeholders = new Map([
    ['admins', ['root', 'adm*']],
    ['nets', ['10.0.0.0/8', '192.168.0.0/16']],
  ])
  test.each<Row>([
    ['f|expand', '%admins%', 'administrator', true],
    ['f|expand', '%admins%', 'root', true],
    ['f|expand', '%admins%', 'roots', false],
    ['f|contains|expand', '%admins%', 'xroots', true],
    ['f|expand', 'x\\%%admins%', 'x%root', true],
    ['f|expand', '%admins%-%admins%', 'root-admin', true],
    ['f|expand', '\\%plain%admins%', '%plainroot', true],
    ['f|cidr|expand', '%nets%', '192.168.1.1', true],
    ['f|re|expand', '^%admins%$', 'root', true],
    ['f', '%admins%', 'root', false],
    ['f', '%admins%', '%admins%', true],
  ])('%s: %j on %j is %s', (key, value, field, expected) => {
    expect(selectionMatches({ [key]: value }, { f: field }, { placeholders })).toBe(expected)
  })

  test('an unknown placeholder refuses the rule, and the message has the name', () => {
    expect(problemsOf({ selection: { 'f|expand': ['x', '%nobody%'] } }, { placeholders })).toEqual([
      'detection.selection["f|expand"][1]: no values are given for the placeholder "%nobody%"',
    ])
  })

  test('alternatives multiply only up to a limit', () => {
    const many = new Map([['n', Array.from({ length: 100 }, (_, i) => `${i}`)]])
    expect(problemsOf({ selection: { 'f|expand': '%n%%n%%n%%n%%n%' } }, { placeholders: many })).toEqual([
      expect.stringContaining('stands for more than'),
    ])
  })
})

describe('fieldref', () => {
  test.each<[key: string, record: unknown, expected: boolean]>([
    ['f|fieldref', { f: 'Root', g: 'ROOT' }, true],
    ['f|fieldref', { f: 'a', g: 'b' }, false],
    ['f|fieldref', { f: 'a' }, false],
    ['f|fieldref', { g: 'a' }, false],
    ['f|fieldref', {}, false],
    ['f|fieldref', { f: null, g: null }, false],
    ['f|fieldref', { f: 1, g: '1' }, true],
    ['f|fieldref', { f: ['a', 'b'], g: 'B' }, true],
    ['f|fieldref|cased', { f: 'Root', g: 'ROOT' }, false],
    ['f|fieldref|startswith', { f: 'Root2', g: 'ROOT' }, true],
    ['f|fieldref|startswith', { f: 'xRoot', g: 'ROOT' }, false],
    ['f|fieldref|endswith', { f: 'xRoot', g: 'ROOT' }, true],
    ['f|fieldref|contains', { f: 'xRooty', g: 'ROOT' }, true],
    // Texts of a record are not patterns.
    ['f|fieldref', { f: 'abc', g: 'a*' }, false],
    ['f|fieldref|neq', { f: 'a', g: 'b' }, true],
    ['f|fieldref|neq', { f: 'a', g: 'A' }, false],
  ])('%s on %j is %s', (key, record, expected) => {
    expect(selectionMatches({ [key]: 'g' }, record)).toBe(expected)
  })
})

describe('numbers', () => {
  table([
    ['f|gt', 5, 6, true],
    ['f|gt', 5, 5, false],
    ['f|gte', 5, 5, true],
    ['f|lt', 5, '4', true],
    ['f|lt', 5, '4.9e0', true],
    ['f|lte', '5', 5, true],
    ['f|lt', 5, '', false],
    ['f|lt', 5, 'x', false],
    ['f|lt', 5, null, false],
    ['f|lt', 5, undefined, false],
    ['f|lt', 5, false, false],
    ['f|gt', -1.5, -1, true],
    ['f|gt', 10, [3, 11], true],
    ['f|gt', 5, '6.', true],
    ['f|gt', 5, '.6e1', true],
    ['f|gt', 5, '6 apples', false],
    ['f|gt', '9007199254740992', '9007199254740993', true],
    ['f|gt', '9007199254740993', '9007199254740993', false],
    ['f|gte', '12345678901234567891', '12345678901234567890', false],
    ['f|lt', '12345678901234567891', '12345678901234567890', true],
    ['f|lt', '+12345678901234567891', 1.5, true],
    ['f|gt', '12345678901234567891', '1e30', true],
    ['f', '12345678901234567890', '12345678901234567891', false],
  ])

  test('a very long number is fast', () => {
    expect(selectionMatches({ 'f|gt': 5 }, { f: `${'1'.repeat(200_000)}x` })).toBe(false)
  })

  test.each([
    ['f|gt', 'x'],
    ['f|gt', ''],
    ['f|hour', 'noon'],
    ['f|gt', null],
  ])('%s: %j is refused', (key, value) => {
    expect(problemsOf({ selection: { [key]: value } })).toHaveLength(1)
  })
})

describe('parts of a time', () => {
  const time = '2024-12-30T22:05:09Z'
  table([
    ['f|minute', 5, time, true],
    ['f|hour', 22, time, true],
    ['f|hour', 21, time, false],
    ['f|hour|gte', 20, time, true],
    ['f|hour|lt', 20, time, false],
    ['f|day', 30, time, true],
    ['f|month', 12, time, true],
    ['f|year', 2024, time, true],
    ['f|week', 1, time, true],
    ['f|week', 53, '2021-01-03', true],
    ['f|week', 1, '2021-01-04', true],
    ['f|hour', 22, '2024-12-30 22:05:09.123', true],
    ['f|hour', 22, '2024-12-30T22:05:09+08:00', true],
    ['f|hour', 0, '2024-12-30', false],
    ['f|hour', 13, 1_700_000_000_000 - 9 * 3_600_000, true],
    ['f|hour', 13, 1_700_000_000 - 9 * 3600, true],
    ['f|year', 2024, 'yesterday', false],
    ['f|year', 2024, undefined, false],
    ['f|hour', [21, 22], time, true],
    ['f|hour|neq', [21, 22], time, false],
  ])
})

describe('exists, null, the empty text', () => {
  table([
    ['f|exists', true, 'x', true],
    ['f|exists', true, null, true],
    ['f|exists', true, '', true],
    ['f|exists', true, undefined, false],
    ['f|exists', false, undefined, true],
    ['f|exists', false, null, false],
    ['f|exists', 'yes', 'x', true],
    ['f', null, undefined, true],
    ['f', null, null, true],
    ['f', null, '', false],
    ['f', null, 0, false],
    ['f', null, false, false],
    ['f', null, 'null', false],
    ['f', null, [], false],
    ['f', '', '', true],
    ['f', '', undefined, false],
    ['f', '', null, false],
    ['f', ['', null], undefined, true],
    ['f', ['', null], '', true],
    ['f', ['', null], 'x', false],
    ['f', 'null', null, false],
  ])
})

describe('neq', () => {
  table([
    ['f|neq', 'a', 'b', true],
    ['f|neq', 'a', 'A', false],
    ['f|neq', ['a', 'b'], 'b', false],
    ['f|neq', ['a', 'b'], 'c', true],
    ['f|contains|neq', 'a', 'xay', false],
    ['f|neq', 'a', ['x', 'a'], false],
    // As in a filter: an absent field is different.
    ['f|neq', 'a', undefined, true],
  ])
})

describe('keywords', () => {
  const record = { a: 'Event::Clear', b: { c: [{ d: 'svchost.exe -n evil' }] }, n: 7, 'odd name': '4624' }
  test.each<[selection: unknown, expected: boolean]>([
    [['event::clear', 'x'], true],
    [['zz', 'y'], false],
    ['SVCHOST', true],
    [{ '|all': ['event::clear', '-n evil'] }, true],
    [{ '|all': ['event::clear', 'zz'] }, false],
    [['svchost*evil'], true],
    [['evil*svchost'], false],
    [[4624], true],
    [['odd name'], false],
    [{ '|re': '^svchost' }, true],
    [{ '|re': 'SVCHOST' }, false],
    [{ '|cased': 'event' }, false],
    [{ '|startswith': 'svchost' }, true],
    [{ '|startswith': 'evil' }, false],
    [{ '|contains': 'evil', a: 'event::clear' }, true],
    [['event::cle?r', 'zz'], true],
    [['zz', { a: 'event*' }], true],
  ])('%j is %s', (selection, expected) => {
    expect(selectionMatches(selection, record)).toBe(expected)
  })
})

describe('keys that make no sense are refused', () => {
  test.each([
    ['f|nope', 'x', 'unknown modifier "nope"'],
    ['f|', 'x', 'unknown modifier ""'],
    ['f|i', 'x', 'is a flag of "re"'],
    ['f|re|cidr', 'x', 'does not go with'],
    ['f|re|startswith', 'x', 'changes text'],
    ['f|cidr|contains', '10.0.0.0/8', 'changes text'],
    ['f|gt|lt', 1, 'exclude each other'],
    ['f|hour|day', 1, 'exclude each other'],
    ['f|cidr|cased', '10.0.0.0/8', '"cased" is about text'],
    ['f|gt|expand', '%x%', '"expand" is about text'],
    ['|exists', true, 'need a field name'],
    ['|fieldref', 'x', 'need a field name'],
    ['|gt', 1, 'need a field name'],
    ['f|exists', 'maybe', 'takes true or false'],
    ['f|contains', null, 'null cannot be modified'],
    ['f', { a: 1 }, 'is a map: write "f.a"'],
    ['f', { 'a|contains': 1 }, 'is a map: write "f.a"'],
    ['f[any]', { a: 1 }, 'array blocks are not supported: "f.a" is true for any element of the array'],
    ['f|contain', 'x', 'unknown modifier "contain"; did you mean contains?'],
    ['f|Contains', 'x', 'unknown modifier "Contains"; did you mean contains?'],
    ['f|hour', 25, '"25" is no hour: whole numbers from 0 to 23'],
    ['f|hour|gte', 24, '"24" is no hour'],
    ['f|month', 0, '"0" is no month'],
    ['f|day', 1.5, '"1.5" is no day'],
    ['f', [['a']], 'has to be a text, a number'],
    ['f', [], 'has no values'],
    ['f|fieldref', '*', 'is not a field name'],
  ])('%s: %j: %s', (key, value, message) => {
    expect(problemsOf({ selection: { [key]: value } })).toEqual([expect.stringContaining(message)])
  })
})
