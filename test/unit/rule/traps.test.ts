import { describe, expect, test } from 'vitest'
import { compileRules } from '../../../shared/rule/compile.ts'
import { parseSigmaObject } from '../../../shared/rule/parse.ts'
import { ruleMatches } from '../../reference/sigma/evaluate.ts'

type Row = [what: string, selection: unknown, record: unknown, matches: boolean]

/**
 * Traps for evaluators of Sigma. The engine and the plain evaluator both answer every row, so that the row binds both,
 * beyond their agreement. Backslashes are doubled once more by JavaScript.
 */
describe('a selection matches', () => {
  test.each<Row>([
    ['a backslash at the end is one', { a: 'x\\' }, { a: 'x\\' }, true],
    ['... under contains too, where * comes behind it', { 'a|contains': '\\Temp\\' }, { a: 'C:\\Temp\\y' }, true],
    ['two backslashes are one', { a: 'x\\\\y' }, { a: 'x\\y' }, true],
    ['... four are two', { a: 'x\\\\\\\\y' }, { a: 'x\\\\y' }, true],
    ['... before an ordinary character one is itself', { a: 'x\\y' }, { a: 'x\\y' }, true],
    ['an escaped star is a star', { a: 'x\\*' }, { a: 'x*' }, true],
    ['... and nothing else', { a: 'x\\*' }, { a: 'xy' }, false],
    ['a backslash and a wildcard', { a: 'x\\\\*' }, { a: 'x\\yz' }, true],
    ['? is a wildcard, in addresses too', { 'a|contains': '?Event=' }, { a: 'Event=1' }, false],
    ['... and a whole character', { a: 'a?c' }, { a: 'a😀c' }, true],
    ['* may be empty', { a: 'a*b' }, { a: 'ab' }, true],
    ['... and crosses line ends', { a: 'a*b' }, { a: 'a\n\nb' }, true],
    ['... the dot of a regular expression does not', { 'a|re': 'a.b' }, { a: 'a\nb' }, false],
    ['... unless told so', { 'a|re|s': 'a.b' }, { a: 'a\nb' }, true],
    ['* alone is any text, an empty one too', { a: '*' }, { a: '' }, true],
    ['... but not null', { a: '*' }, { a: null }, false],
    ['... nor an absent field', { a: '*' }, {}, false],
    ['null is absent', { a: null }, {}, true],
    ['... or null', { a: null }, { a: null }, true],
    ['... not an empty text', { a: null }, { a: '' }, false],
    ['... nor 0', { a: null }, { a: 0 }, false],
    ['an empty text is one', { a: '' }, { a: '' }, true],
    ['... and not absent', { a: '' }, {}, false],
    ['numbers are compared as text', { a: 4624 }, { a: '4624' }, true],
    ['... both ways', { a: '4624' }, { a: 4624 }, true],
    ['booleans too', { a: 'true' }, { a: true }, true],
    ['case does not matter', { a: 'ÀB' }, { a: 'àb' }, true],
    ['... unless cased', { 'a|cased': 'AB' }, { a: 'ab' }, false],
    ['names of fields are exact', { eventID: 'x' }, { EventID: 'x' }, false],
    ['a name with a dot is a path', { 'a.b': 'x' }, { a: { b: 'x' } }, true],
    ['... or one key', { 'a.b': 'x' }, { 'a.b': 'x' }, true],
    ['a list matches when one element does', { a: 'x' }, { a: ['w', 'x'] }, true],
    ['... of objects, too', { 'a.b': 'x' }, { a: [{ b: 'w' }, { b: 'x' }] }, true],
    ['an object is its JSON text', { 'a|contains': '"b":"x"' }, { a: { b: 'x' } }, true],
    ['keywords stand anywhere', ['needle'], { a: { b: ['hay NEEDLE hay'] } }, true],
    ['... each somewhere else, under all', { '|all': ['one', 'two'] }, { a: 'one', b: 'two' }, true],
    ['... and have wildcards', ['nee*le'], { a: 'needless needle' }, true],
    ['... and are not names of fields', ['needle'], { needle: 'x' }, false],
    ['all asks for all', { 'a|contains|all': ['x', 'y'] }, { a: 'xz' }, false],
    ['five characters are one dash', { 'a|windash|contains': ' -enc' }, { a: 'p –enc' }, true],
    ['... where a flag begins', { 'a|windash|contains': 'a-b' }, { a: 'a/b' }, false],
    ['a regular expression minds case', { 'a|re': 'AB' }, { a: 'ab' }, false],
    ['... unless it says so itself', { 'a|re': '(?i)AB' }, { a: 'ab' }, true],
    ['... and need not begin at the beginning', { 'a|re': 'b+' }, { a: 'abbc' }, true],
    ['networks hold addresses', { 'a|cidr': '10.0.0.0/8' }, { a: '10.200.3.4' }, true],
    ['... no text that looks like one', { 'a|cidr': '10.0.0.0/8' }, { a: '10.0.0.0:443' }, false],
    ['... IPv6 as well', { 'a|cidr': '2001:db8::/32' }, { a: '2001:DB8::1' }, true],
    ['another field is equal but for case', { 'a|fieldref': 'b' }, { a: 'X', b: 'x' }, true],
    ['... two absent ones are not', { 'a|fieldref': 'b' }, {}, false],
    ['presence is no matter of the value', { 'a|exists': true }, { a: null }, true],
    ['... nor is absence', { 'a|exists': false }, { a: null }, false],
    ['neq matches an absent field', { 'a|neq': 'x' }, {}, true],
    ['numbers that are texts are numbers to gt', { 'a|gt': 5 }, { a: '10' }, true],
    ['... words are not', { 'a|gt': 5 }, { a: 'ten' }, false],
    ['the hour of a time', { 'a|hour|gte': 22 }, { a: '2026-03-02T23:15:00Z' }, true],
    ['base64', { 'a|base64': 'foo' }, { a: 'Zm9v' }, true],
    [
      'base64 at any offset',
      { 'a|base64offset|contains': 'foobar' },
      { a: Buffer.from('xyfoobarz').toString('base64') },
      true,
    ],
    [
      'wide base64 at any offset',
      { 'a|wide|base64offset|contains': 'cmd' },
      { a: Buffer.from('x.cmd.y', 'utf16le').toString('base64') },
      true,
    ],
    ['maps in a list are alternatives', [{ a: 'x' }, { b: 'y' }], { b: 'y' }, true],
    ['fields in a map are not', { a: 'x', b: 'y' }, { b: 'y' }, false],
    ['what every object has is no field', { constructor: '*' }, {}, false],
    ['... nor is its prototype', { '__proto__.a|exists': true }, {}, false],
  ])('%s: %j, %j: %s', (_, selection, record, expected) => {
    const rule = { title: 'x', logsource: { product: 'x' }, detection: { selection, condition: 'selection' } }
    const { rules, problems } = parseSigmaObject(rule)
    expect(problems).toEqual([])
    expect([compileRules(rules).match(record).length > 0, ruleMatches(rule, record)]).toEqual([expected, expected])
  })
})

describe('a condition matches', () => {
  const detection = { a: { x: 1 }, b: { x: 2 }, b_2: { y: 2 }, _c: { x: 1 } }
  test.each<[condition: string | string[], record: unknown, matches: boolean]>([
    ['a or b and b_2', { x: 1 }, true],
    ['(a or b) and b_2', { x: 1 }, false],
    ['not a and not b', {}, true],
    ['not (a or b)', { x: 2 }, false],
    ['not not a', { x: 1 }, true],
    ['1 of them', { x: 3 }, false],
    ['all of b*', { x: 2, y: 2 }, true],
    ['all of b*', { x: 2 }, false],
    ['not 1 of b*', { x: 1 }, true],
    ['not all of b*', { x: 2 }, true],
    ['1 of *_*', { x: 1 }, false],
    ['1 of _*', { x: 1 }, true],
    [['a', 'b'], { x: 2 }, true],
  ])('%j, %j: %s', (condition, record, expected) => {
    const rule = { title: 'x', logsource: { product: 'x' }, detection: { ...detection, condition } }
    const { rules, problems } = parseSigmaObject(rule)
    expect(problems).toEqual([])
    expect([compileRules(rules).match(record).length > 0, ruleMatches(rule, record)]).toEqual([expected, expected])
  })
})
