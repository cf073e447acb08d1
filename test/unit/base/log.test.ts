import { expect, test } from 'vitest'
import { errorText } from '../../../shared/base/log.ts'
import { Unavailable } from '../../../shared/base/unavailable.ts'

/** The error that a call throws. */
function thrownBy(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

test.each<[error: unknown, line: string]>([
  [new TypeError('x is not a function'), 'TypeError: x is not a function'],
  [
    thrownBy(() => (undefined as unknown as { a: string }).a),
    "TypeError: Cannot read properties of undefined (reading 'a')",
  ],
  [thrownBy(() => JSON.parse('hush "hush"')), 'SyntaxError: Unexpected token \'h\', "…" is not valid JSON'],
  [thrownBy(() => new Headers({ a: 'hush\n hush' })), 'TypeError: Headers.append: "…" is an invalid header value.'],
  [new Error('no route for tsn_c2VjcmV0-_x here'), 'Error: no route for tsn_… here'],
  [new Error('Bearer tsk_abc was refused'), 'Error: Bearer … was refused'],
  [new Error('Basic YW55OnRza19hYmM= was refused'), 'Error: Basic … was refused'],
  [new Error('cannot open sealed:v1:abc-_'), 'Error: cannot open sealed:v1:…'],
  [new Error('POST https://hooks.example/T1/s3cret failed'), 'Error: POST https://hooks.example/… failed'],
  [new Error('x'.repeat(600)), `Error: ${'x'.repeat(500)}…`],
  ['only a text', 'only a text'],
  [
    new TypeError("The argument 'path' must be a string. Received 'hush'"),
    "TypeError: The argument 'path' must be a string. Received …",
  ],
  [Object.create(null), 'thrown: object'],
  [Symbol('hush'), 'Symbol(hush)'],
])('%#: name and message, without quoted data and credentials', (error, line) => {
  expect(errorText(error).split('\n')[0]).toBe(line)
})

test('the stack is there, and the causes with theirs', () => {
  const text = errorText(new Unavailable('table', 'get', new Error('disk is full')))
  expect(text).toMatch(/^Unavailable: table: get failed: Error: disk is full\n {4}at .*log\.test\.ts/)
  expect(text).toMatch(/\ncaused by Error: disk is full\n {4}at .*log\.test\.ts/)
})

test('a chain of causes ends', () => {
  const error = new Error('a')
  error.cause = error
  expect(errorText(error).match(/caused by/g)).toHaveLength(3)
})

test('whoever holds opened secrets gets the name and the stack of a bug, and no message', () => {
  const bug = new TypeError('hush', { cause: new Error('hush too') })
  expect(errorText(bug, { withheld: true })).toMatch(/^TypeError\n {4}at [\s\S]*\ncaused by Error\n {4}at /)
  expect(errorText(bug, { withheld: true })).not.toContain('hush')
  expect(errorText('hush', { withheld: true })).toBe('thrown: string')
  const away = new Unavailable('table', 'get', new Error('disk is full'))
  expect(errorText(away, { withheld: true })).toContain('Unavailable: table: get failed: Error: disk is full')
})
