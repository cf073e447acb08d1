import { describe, expect, test } from 'vitest'
import { compileFieldText } from '../../../shared/rule/field-text.ts'
import { compileLookup } from '../../../shared/rule/lookup.ts'
import { selectionMatches } from './matches.ts'

describe('fields', () => {
  test.each<[name: string, record: Record<string, unknown>, expected: unknown]>([
    ['a', { a: 1 }, 1],
    ['a', { A: 1 }, undefined],
    ['a', { a: null }, null],
    ['a.b', { a: { b: 1 } }, 1],
    ['a.b', { 'a.b': 1 }, 1],
    ['a.b', { a: { c: 1 }, 'a.b': 2 }, 2],
    ['a.b', { a: 'text' }, undefined],
    ['a.b', { a: null }, undefined],
    ['a.b.c', { a: { b: { c: 1 } } }, 1],
    ['a.b.c', { 'a.b': { c: 1 } }, 1],
    ['a.b.c', { a: { 'b.c': 1 } }, 1],
    ['a.b.c', { 'a.b.c': 1 }, 1],
    ['a.b.c', { a: { b: { d: 1 } }, 'a.b': { c: 2 } }, 2],
    ['a.b', { a: [{ b: 1 }, { c: 2 }, { b: 3 }] }, [1, 3]],
    ['a.b', { a: [{ b: [1, 2] }, { b: 3 }] }, [1, 2, 3]],
    ['a.b', { a: [[{ b: 1 }]] }, [1]],
    ['a.b', { a: [1, null, 'b'] }, undefined],
    ['a.b.c.d.e.f.g.h.i', { a: { b: { c: { d: { e: { f: { g: { h: { i: 1 } } } } } } } } }, 1],
    ['a.b.c.d.e.f.g.h.i', { 'a.b.c.d.e.f.g.h.i': 1 }, 1],
    ['constructor', {}, undefined],
    ['constructor.name', {}, undefined],
    ['a.constructor', { a: {} }, undefined],
    ['__proto__', {}, undefined],
    ['toString', {}, undefined],
    ['constructor', { constructor: 1 }, 1],
    ['__proto__', JSON.parse('{"__proto__":1}'), 1],
    ['a.__proto__.b', JSON.parse('{"a":{"__proto__":{"b":1}}}'), 1],
    ['', { '': 1 }, 1],
    ['a-b c', { 'a-b c': 1 }, 1],
    ['length', { length: 3 }, 3],
    ['a.length', { a: 'text' }, undefined],
    ['a.length', { a: [1, 2] }, undefined],
  ])('%s in %j is %j', (name, record, expected) => {
    expect(compileLookup(name)(record)).toEqual(expected)
  })

  test('are told apart by case', () => {
    expect(selectionMatches({ eventID: 'a' }, { eventID: 'a', EventID: 'b' })).toBe(true)
    expect(selectionMatches({ EventID: 'a' }, { eventID: 'a', EventID: 'b' })).toBe(false)
  })

  test('a rule matches an array when an element matches', () => {
    const record = { Resources: [{ type: 'AWS::S3::Object' }, { type: 'AWS::S3::Bucket' }] }
    expect(selectionMatches({ 'Resources.type|endswith': 'bucket' }, record)).toBe(true)
    expect(selectionMatches({ 'Resources.type|contains|all': ['Object', 'Bucket'] }, record)).toBe(true)
    expect(selectionMatches({ 'Resources.type': 'AWS::S3' }, record)).toBe(false)
  })

  test('as texts, for labels', () => {
    const record = { a: 1, b: null, c: { d: [true] } }
    expect(['a', 'b', 'c', 'c.d', 'e'].map((name) => compileFieldText(name)(record))).toEqual([
      '1',
      undefined,
      '{"d":[true]}',
      '[true]',
      undefined,
    ])
    expect([null, 'x', [1], undefined].map(compileFieldText('a'))).toEqual([undefined, undefined, undefined, undefined])
  })
})
