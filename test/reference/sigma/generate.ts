import fc from 'fast-check'

/*
 * Rules and records that meet often: both are made of the same few fields and pieces of text. Every modifier occurs,
 * and the traps for evaluators: wildcards and backslashes, empty texts and nulls, numbers as texts, lists and objects
 * in records, keys with dots, negations only, keywords.
 */

const FIELDS = ['a', 'b', 'a.b', 'c.d', 'c.d.e', 'x-y', 'B']
const PIECES = ['ab', 'A', 'é', 'É', '\\', '*', '?', '-c', '/', ' ', '\n', '5', '.', '', '–', '"']
const WHOLE = ['', '5', '05', '5.0', 'true', 'TRUE', 'null', '10.1.2.3', '10.1.2.3:80', 'fd00::1', '::ffff:10.1.2.3']
const TIMES = [
  '2026-03-02T17:30:00Z',
  '2026-12-31T23:59:59Z',
  '2027-01-01T00:00:00.5Z',
  '2026-03-02T23:30:00+08:00',
  '17:30',
]
const ENCODED = ['YWI=', 'xhYkE', 'AFhYg', 'a\0b\0', 'YQBiAA==', '\xfe\xffab']

const joined = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''))
const word = fc.oneof({ weight: 5, arbitrary: joined }, fc.constantFrom(...WHOLE))
const number = fc.constantFrom(0, 5, 5.5, -1, 17, 30, 2026)

const leaf = fc.oneof(
  { weight: 6, arbitrary: word },
  { weight: 2, arbitrary: number },
  fc.constantFrom(...TIMES),
  fc.constantFrom(...ENCODED),
  fc.constantFrom(null, true, false),
)
const KEYS = ['a', 'b', 'c', 'd', 'e', 'a.b', 'c.d', 'x-y', 'B', 'd.e']

/** A record: an object, up to three levels deep. */
export const record: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { weight: 6, arbitrary: leaf },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    { weight: 2, arbitrary: tie('object') },
  ),
  object: fc.dictionary(fc.constantFrom(...KEYS), tie('value') as fc.Arbitrary<unknown>, {
    maxKeys: 5,
    noNullPrototype: true,
  }),
})).object

const TEXT_CHAINS = [
  ['contains'],
  ['startswith'],
  ['endswith'],
  ['cased'],
  ['contains', 'cased'],
  ['windash'],
  ['windash', 'contains'],
  ['windash', 'endswith'],
]
const ENCODING_CHAINS = [
  ['base64'],
  ['base64', 'contains'],
  ['base64offset', 'contains'],
  ['wide'],
  ['utf16le', 'base64'],
  ['utf16be', 'base64'],
  ['utf16', 'base64'],
  ['wide', 'base64offset', 'contains'],
]
const REGEXES = ['ab', '^a.*b$', 'A|5', '^$', 'a[^b]', '(?i)AB', '\\\\', '^ab', 'b$', 'a.A', '5{1,3}']
const NETWORKS = ['10.0.0.0/8', '10.1.2.3/32', '0.0.0.0/0', 'fd00::/8', '::/0', '::ffff:0:0/96']
const TIME_PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year']
const COMPARISONS = ['gt', 'gte', 'lt', 'lte']

type Item = [key: string, wanted: unknown]

/** A value, or several values with or without `all`. */
function item(
  field: fc.Arbitrary<string>,
  chain: fc.Arbitrary<string[]>,
  value: fc.Arbitrary<unknown>,
): fc.Arbitrary<Item> {
  const several = fc.array(value, { minLength: 2, maxLength: 3 })
  return fc
    .tuple(field, chain, fc.oneof({ weight: 3, arbitrary: value }, several), fc.boolean(), fc.boolean(), fc.boolean())
    .map(([name, modifiers, wanted, all, neq, rarely]) => {
      const more = [...(Array.isArray(wanted) && all ? ['all'] : []), ...(neq && rarely ? ['neq'] : [])]
      return [[name, ...modifiers, ...more].join('|'), wanted]
    })
}

const field = fc.constantFrom(...FIELDS)
const chains = (of: string[][]): fc.Arbitrary<string[]> => fc.constantFrom(...of)

const fieldItem: fc.Arbitrary<Item> = fc.oneof(
  {
    weight: 5,
    arbitrary: item(
      field,
      fc.constant([]),
      fc.oneof({ weight: 4, arbitrary: word }, number, fc.boolean(), fc.constant(null)),
    ),
  },
  {
    weight: 5,
    arbitrary: item(
      field,
      chains(TEXT_CHAINS),
      word.filter((text) => text !== ''),
    ),
  },
  { weight: 1, arbitrary: item(field, chains(ENCODING_CHAINS), fc.constantFrom('ab', 'A', '5 a', 'abA')) },
  {
    weight: 1,
    arbitrary: item(field, chains([['re'], ['re', 'i'], ['re', 'm'], ['re', 's']]), fc.constantFrom(...REGEXES)),
  },
  { weight: 1, arbitrary: item(field, chains([['cidr']]), fc.constantFrom(...NETWORKS)) },
  {
    weight: 1,
    arbitrary: item(field, chains([['fieldref'], ['fieldref', 'startswith'], ['fieldref', 'contains']]), field),
  },
  { weight: 1, arbitrary: item(field, chains(COMPARISONS.map((name) => [name])), number) },
  {
    weight: 1,
    arbitrary: item(
      field,
      chains(TIME_PARTS.flatMap((part) => [[part], [part, 'gte'], [part, 'lt']])),
      // Numbers that every part of a time may have.
      fc.integer({ min: 1, max: 12 }),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(field, fc.boolean()).map(([name, wanted]): Item => [`${name}|exists`, wanted]) },
)

const keywords = fc.array(
  fc.oneof(
    word.filter((text) => text !== ''),
    fc.constant(5),
  ),
  { minLength: 1, maxLength: 3 },
)

const map = fc.array(fieldItem, { minLength: 1, maxLength: 3 }).map((items) => Object.fromEntries(items))

const detection: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: map },
  { weight: 2, arbitrary: fc.array(map, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: keywords },
  { weight: 1, arbitrary: keywords.filter(({ length }) => length > 1).map((all) => ({ '|all': all })) },
)

const NAMES = ['selection', 'selection_2', 'filter_x', '_hidden']

/** Names and groups of names, combined with every operator; brackets here and there. */
const condition: fc.Arbitrary<string> = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        ...NAMES,
        '1 of them',
        'all of them',
        '1 of selection*',
        'all of selection*',
        '1 of *_*',
        'all of _*',
      ),
    },
    { weight: 2, arbitrary: tie('condition').map((inner) => `not ${inner}`) },
    { weight: 1, arbitrary: tie('condition').map((inner) => `(${inner})`) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(tie('condition'), fc.constantFrom('and', 'or'), tie('condition'))
        .map((parts) => parts.join(' ')),
    },
  ),
})).condition

/** A rule without an id. */
export const rule: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  // A single search tells most when the answers differ.
  detection.map((selection) => ruleOf({ selection, condition: 'selection' })),
  fc
    .tuple(
      detection,
      detection,
      detection,
      detection,
      fc.oneof({ weight: 5, arbitrary: condition }, fc.array(condition, { minLength: 1, maxLength: 2 })),
    )
    .map(([selection, selection_2, filter_x, _hidden, text]) =>
      ruleOf({ selection, selection_2, filter_x, _hidden, condition: text }),
    ),
)

function ruleOf(detection: unknown): Record<string, unknown> {
  return { title: 'Generated', logsource: { product: 'any' }, detection }
}
