import { describe, expect, test } from 'vitest'
import { commentsOf, measure } from './comments.ts'
import { read } from './sources.ts'

/** Comments that a failure names. */
const SHOWN = 25

describe.each([
  { what: 'the product', pattern: '{functions,infra,shared}/**/*.ts', mostIndefinite: 4, mostBadStarts: 5 },
  { what: 'the tests', pattern: 'test/**/*.ts', mostIndefinite: 5, mostBadStarts: 5 },
])('comments of $what are plain', ({ pattern, mostIndefinite, mostBadStarts }) => {
  const comments = read(pattern).flatMap(({ path, text }) =>
    commentsOf(text).map((comment) => ({ ...comment, ...measure(comment.text), place: `${path}:${comment.line}` })),
  )
  const sum = (of: (comment: (typeof comments)[number]) => number): number =>
    comments.reduce((total, comment) => total + of(comment), 0)

  test(`fewer than ${mostIndefinite} in 100 words point at a thing without its name`, () => {
    const per100 = (100 * sum(({ indefinite }) => indefinite)) / sum(({ words }) => words)
    const worst = comments
      .filter(({ words, indefinite }) => indefinite / words > mostIndefinite / 100)
      .sort((a, b) => b.indefinite - a.indefinite)
      .slice(0, SHOWN)
      .map(({ place, indefinite, words, text }) => `${place} (${indefinite} of ${words} words) ${text}`)
    expect(per100, ['it, they, what, whoever … without a noun:', ...worst].join('\n')).toBeLessThan(mostIndefinite)
  })

  test(`fewer than ${mostBadStarts} in 100 comments begin without their subject`, () => {
    const bad = comments.filter(({ badStart }) => badStart)
    const places = bad.slice(0, SHOWN).map(({ place, text }) => `${place} ${text}`)
    const per100 = (100 * bad.length) / comments.length
    expect(per100, ['begins with Of, What, Who …:', ...places].join('\n')).toBeLessThan(mostBadStarts)
  })
})

describe('the scanner', () => {
  test.each<[what: string, source: string, comments: [line: number, text: string][]]>([
    ['a line comment', 'const a = 1 // first\n', [[1, 'first']]],
    [
      'line comments that stand together',
      '// one\n  // two\nlet a\n// three',
      [
        [1, 'one two'],
        [4, 'three'],
      ],
    ],
    [
      'line comments with a blank line between',
      '// one\n\n// two',
      [
        [1, 'one'],
        [3, 'two'],
      ],
    ],
    ['a block comment', '\n/**\n * A sum\n * of two.\n */\nlet a', [[2, 'A sum of two.']]],
    ['a block comment in one line', 'f(/* a */ 1)', [[1, 'a']]],
    [
      'block comments that stand together',
      '/** a */\n/** b */',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    ['a comment that does not end', 'a /* b', [[1, 'b']]],
    ['strings', `const a = 'it''s // no' + "\\" // no" // yes`, [[1, 'yes']]],
    [
      'a template',
      `const a = \`// no \${b /* yes */ + \`/* no */\`} // no\` // last`,
      [
        [1, 'yes'],
        [1, 'last'],
      ],
    ],
    ['braces in a template', `const a = \`\${{ b: { c: 1 } }} // no\``, []],
    ['a regular expression', "a.replace(/\\/\\*[/'*]\\/* \\//g, '') // yes", [[1, 'yes']]],
    ['a regular expression behind a keyword', "return /'/.test(a) // yes", [[1, 'yes']]],
    ['a division', 'const a = b / c // yes /', [[1, 'yes /']]],
    ['a division behind a parenthesis', "const a = (b) / c + '/' // yes", [[1, 'yes']]],
    ['a URL in a string', "fetch('https://example.com') // yes", [[1, 'yes']]],
    ['a directive of the linter', '// biome-ignore lint/a: because\nlet a', []],
  ])('%s', (_what, source, comments) => {
    expect(commentsOf(source).map(({ line, text }) => [line, text])).toEqual(comments)
  })

  test.each<[text: string, words: number, indefinite: number, badStart: boolean]>([
    ['Request headers, by name or iterated.', 6, 0, false],
    ['Of those of a request what is asked for.', 9, 2, true],
    ['What it holds, whoever asks.', 5, 3, true],
    ['`it` is a name, see https://example.com/it/what.', 5, 0, false],
    ['Whether a key is known.', 5, 0, false],
  ])('measures "%s"', (text, words, indefinite, badStart) => {
    expect(measure(text)).toEqual({ words, indefinite, badStart })
  })
})
