import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runTemplate } from '../../../shared/jinja/run.ts'
import { HTML, JSON_FORM, PLAIN } from '../../../shared/jinja/values/form.ts'
import { HOSTILE, ORDINARY } from './hostile.ts'
import type { Cost } from './hostile-worker.ts'
import { parse, render, run, TOOLS, variables } from './render.ts'

/** The most that a run may cost, as a multiple of an ordinary run. Without limits, many cost a billion times as much. */
const MOST = 5_000
/** Megabytes of the whole thread, of which the program itself takes some twenty. */
const MEMORY_MB = 96

describe('hostile templates', () => {
  test('neither stall nor swell a process', { timeout: 120_000 }, async () => {
    const worker = new Worker(new URL('./hostile-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    })
    const costs = await new Promise<Cost[]>((resolve, reject) => {
      worker.once('message', resolve).once('error', reject)
    })
    const [ordinary, ...hostile] = costs
    expect(hostile.map(({ name }) => name)).toEqual(Object.keys(HOSTILE))
    const dear = hostile.filter(({ step, run: cost }) => Math.max(step, cost) > MOST * ordinary!.run)
    expect(dear, `an ordinary run takes ${ordinary!.run} ms`).toEqual([])
  })

  test.each(['loops in loops', 'doublings of a text', 'a long range', 'replace of each character by the whole'])(
    '%s: stopped by a limit',
    (name) => {
      expect(render(HOSTILE[name]!)).toMatch(/^failed: limit: /)
    },
  )

  test('a run of the same template ends at the same step', () => {
    for (const text of ['{{ x }}', HOSTILE['loops in loops']!, HOSTILE['sorts in a loop']!]) {
      expect(run(text, { x: 1 })).toEqual(run(text, { x: 1 }))
    }
  })

  test('an ordinary template is far from every limit', () => {
    const ran = run(ORDINARY, {
      alert: { labels: Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`l${at}`, 'x'])) },
    })
    expect(ran.ok && ran.spent).toBeLessThan(5_000)
  })
})

describe('any template', () => {
  const words = fc.constantFrom(
    ...[
      '{{',
      '}}',
      '{%',
      '%}',
      '{#',
      '#}',
      '-',
      ' ',
      '\n',
      '"',
      "'",
      '\\',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '|',
      '.',
      ',',
      ':',
    ],
    ...[
      '+',
      '*',
      '**',
      '/',
      '//',
      '%',
      '~',
      '=',
      '==',
      '<',
      '>=',
      'if',
      'elif',
      'else',
      'endif',
      'for',
      'in',
      'endfor',
      'set',
    ],
    ...[
      'raw',
      'endraw',
      'is',
      'not',
      'and',
      'or',
      'defined',
      'upper',
      'join',
      'replace',
      'x',
      'a',
      'b',
      '1',
      '2.5',
      '中',
      '${x}',
    ],
  )
  const expression = fc.letrec<{ one: string }>((tie) => ({
    one: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('a', 'x', 'a.b', '1', '2.5', '"t"', 'none', '[]', '{}', 'true', 'nothing'),
      fc
        .tuple(
          tie('one'),
          fc.constantFrom('+', '-', '*', '/', '//', '%', '**', '~', '==', '<', 'in', 'and', 'or'),
          tie('one'),
        )
        .map((parts) => `(${parts.join(' ')})`),
      fc
        .tuple(
          tie('one'),
          fc.constantFrom('upper', 'length', 'to_json', 'sort', 'join("-")', 'first', 'int', 'split', 'items'),
        )
        .map((parts) => `${parts.join(' | ')}`),
      fc.tuple(tie('one'), tie('one')).map(([of, key]) => `${of}[${key}]`),
      fc.tuple(tie('one'), tie('one'), tie('one')).map(([test, one, other]) => `(${one} if ${test} else ${other})`),
      fc.array(tie('one'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    ),
  })).one
  const block = fc.letrec<{ one: string }>((tie) => ({
    one: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      expression.map((value) => `{{ ${value} }}`),
      expression.map((value) => `{% set a = ${value} %}`),
      fc
        .tuple(expression, tie('one'), tie('one'))
        .map(([test, one, other]) => `{% if ${test} %}${one}{% else %}${other}{% endif %}`),
      fc.tuple(expression, tie('one')).map(([list, body]) => `{% for x in ${list} %}${body}{% endfor %}`),
    ),
  })).one

  test('is read, or refused with a place in its text', () => {
    fc.assert(
      fc.property(
        fc.array(words).map((parts) => parts.join('')),
        (text) => {
          const parsed = parse(text)
          if (parsed.ok) return
          expect(parsed.problems.length).toBeGreaterThan(0)
          const lines = text.split('\n')
          for (const { line, column } of parsed.problems) {
            expect(line).toBeLessThanOrEqual(lines.length)
            expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1)
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('runs to its end or to a reason, the same each time', () => {
    fc.assert(
      fc.property(block, fc.jsonValue(), fc.constantFrom(PLAIN, HTML, JSON_FORM), (text, a, form) => {
        const parsed = parse(text)
        if (!parsed.ok) return
        const options = { ...TOOLS, variables: variables({ a }), form }
        expect(runTemplate(parsed.template.body, options)).toEqual(runTemplate(parsed.template.body, options))
      }),
      { numRuns: 1_000 },
    )
  })
})
