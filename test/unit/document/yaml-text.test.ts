import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { finish } from '../../../shared/base/steps.ts'
import type { Shown } from '../../../shared/document/sections/section.ts'
import { yamlText } from '../../../shared/document/yaml-text.ts'

const WIDE = { version: '1.1', lineWidth: 0 } as const

test('is the text that the library writes at once', () => {
  const document = {
    global: { resolve_timeout: '5m' },
    route: {
      receiver: 'a',
      group_by: ['x', 'y'],
      routes: [
        { receiver: 'b', routes: [{ receiver: 'no', continue: true }], group_wait: '30s' },
        {},
        { matchers: [] },
      ],
    },
    on: [{ sigma: 'title: x\n\ndetection:\n  a: b\n' }, { text: ' begins with a blank\nand goes on' }],
    templates: [],
    mixed: [1, { a: 2 }],
  }
  expect(finish(yamlText(document, WIDE))).toBe(stringify(document, { ...WIDE, aliasDuplicateObjects: false }))
})

const { shown } = fc.letrec<{ shown: Shown; value: unknown }>((tie) => ({
  shown: fc.dictionary(fc.oneof(fc.constantFrom('a', 'on', '1', 'a: b', 'x\ny'), fc.string()), tie('value'), {
    maxKeys: 4,
  }),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string(),
    fc.constantFrom('a\n\n b\n', '  x\ny', 'no', '---\n...', null, true, 12, '# x'),
    fc.array(tie('shown'), { maxLength: 3 }),
    fc.array(fc.string(), { maxLength: 3 }),
    tie('shown'),
  ),
}))

test('says the same as the document, whatever the document has', () => {
  fc.assert(
    fc.property(shown, fc.constantFrom({}, WIDE), (document, options) => {
      const plain = JSON.parse(JSON.stringify(document))
      expect(parse(finish(yamlText(plain, options)), options)).toEqual(plain)
    }),
    { numRuns: 2000 },
  )
})

test('a tree of many routes is written in steps, none of them long', () => {
  const routes = Array.from({ length: 1900 }, (_, i) => ({ receiver: `team-${i}`, matchers: [`team="${i}"`] }))
  const written = yamlText({ route: { receiver: 'all', routes: [{ receiver: 'one', routes }] } }, WIDE)
  let [steps, most] = [0, 0]
  for (const units of written) {
    steps++
    most = Math.max(most, units)
  }
  expect(steps).toBeGreaterThan(routes.length)
  expect(most).toBeLessThan(300)
})
