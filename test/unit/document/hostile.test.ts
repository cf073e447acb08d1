import fc from 'fast-check'
import { expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import { defaultConfig } from '../../../shared/config/sections.ts'
import { readYamlAtOnce } from '../../../shared/document/reading/yaml.ts'
import { showConfig } from '../../../shared/document/show.ts'
import type { DocumentResult } from '../../../shared/document/tocsin-yml.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { compileConfig } from '../../../shared/routing/compile.ts'
import { testBox } from './box.ts'
import { planChanges } from './plan.ts'
import { readAlertmanagerYml } from './setup.ts'

const box = testBox()
const nothing = defaultConfig()

/**
 * An accepted document compiles, is shown without secrets, and changes nothing when put back. A refused document has
 * reasons.
 */
function holds(read: DocumentResult): void {
  if (!read.ok) {
    expect(read.problems.length).toBeGreaterThan(0)
    return
  }
  const current = { ...read.next, revision: '1', since: 0 }
  expect(compileConfig(current).route({ a: 'b' }).length).toBeGreaterThan(0)
  const shown = JSON.stringify(showConfig(current))
  expect(shown).not.toContain('sealed:v1:')
  const back = finish(readTocsinYml(JSON.parse(shown), current, box))
  expect(back.ok ? planChanges(current, back.next) : back).toEqual([])
}

const words = fc.constantFrom(
  ...['id', 'name', 'type', 'url', 'match', 'label', 'op', 'value', 'groupBy', 'groupWait', 'notify', 'channel'],
  ...['integrations', 'channels', 'policies', 'route', 'inhibitRules', 'timeIntervals', 'resolveTimeout', 'routes'],
  ...[
    'receiver',
    'receivers',
    'webhook_configs',
    'matchers',
    'match_re',
    'group_by',
    'global',
    'inhibit_rules',
    'equal',
  ],
  ...[
    'time_intervals',
    'times',
    'weekdays',
    'source_match',
    'target_matchers',
    'http_config',
    'basic_auth',
    'password',
  ],
  ...['__proto__', 'constructor', 'toString', 'settings', 'headers', 'secret', 'default'],
)
const leaf = fc.oneof(
  fc.constantFrom(
    'webhook',
    'prometheus',
    'http://h/',
    '<secret>',
    '5s',
    '0',
    'a="1"',
    '...',
    'a',
    '=~',
    '(',
    '',
    'x',
    'monday',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)
const documents = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 6 },
    leaf,
    fc.array(tie('node'), { maxLength: 3 }),
    fc.array(fc.tuple(words, tie('node')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
})).node

test('any document is accepted or refused with reasons, and never throws', () => {
  fc.assert(
    fc.property(documents, (document) => holds(finish(readTocsinYml(document, nothing, box)))),
    { numRuns: 500 },
  )
  fc.assert(
    fc.property(documents, (document) => holds(readAlertmanagerYml(JSON.stringify(document), nothing, box))),
    {
      numRuns: 500,
    },
  )
})

test('any text is accepted or refused with reasons, and never throws', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[[\]{}:,&*!|>'"%@?\- \n\tab<#]*$/))
  fc.assert(
    fc.property(texts, (text) => {
      holds(readAlertmanagerYml(text, nothing, box))
      const read = readYamlAtOnce(text)
      if (read.ok) holds(finish(readTocsinYml(read.document, nothing, box)))
    }),
    { numRuns: 500 },
  )
})

test('a good file with any one value replaced never throws', () => {
  const good = {
    route: {
      receiver: 'x',
      group_by: ['a'],
      routes: [{ matchers: ['a="1"'], match_re: { b: 'c|d' }, group_wait: '1s' }],
    },
    receivers: [
      {
        name: 'x',
        webhook_configs: [{ url: 'http://h/', http_config: { basic_auth: { username: 'u', password: 'p' } } }],
      },
    ],
    inhibit_rules: [{ source_match: { a: 'b' }, target_matchers: ['c="d"'], equal: ['e'] }],
    time_intervals: [
      { name: 'n', time_intervals: [{ times: [{ start_time: '01:00', end_time: '02:00' }], months: ['1:3'] }] },
    ],
  }
  const places = placesOf(good)
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.oneof(leaf, documents), (place, value) => {
      holds(readAlertmanagerYml(JSON.stringify(replaced(good, place, value)), nothing, box))
    }),
    { numRuns: 500 },
  )
})

type Place = readonly string[]

function placesOf(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([key, child]) => placesOf(child, [...at, key]))]
}

function replaced(value: unknown, [key, ...rest]: Place, by: unknown): unknown {
  if (key === undefined) return by
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>
  copy[key] = replaced(copy[key], rest, by)
  return copy
}
