import { itemsOf, LISTS } from './functions/lists.ts'
import { TEXTS } from './functions/texts.ts'
import { define, type TemplateFunctions } from './values/define.ts'
import { textOf } from './values/text.ts'
import { isDict } from './values/value.ts'

/** Python's methods: of mappings, and of texts, where a method is the function of the same meaning. */
export const METHODS: TemplateFunctions = new Map([
  ['items', define('of', ([of], { budget }) => itemsOf(of, budget))],
  [
    'keys',
    define('of', ([of], { budget }) => itemsOf(of, budget).map((pair) => (Array.isArray(pair) ? pair[0] : pair))),
  ],
  [
    'values',
    define('of', ([of], { budget }) => itemsOf(of, budget).map((pair) => (Array.isArray(pair) ? pair[1] : pair))),
  ],
  [
    'get',
    define('of key default=', ([of, key, otherwise], { budget }) => {
      const found = isDict(of) ? of.get(textOf(key, budget)) : undefined
      return found === undefined ? otherwise : found
    }),
  ],
  ['strip', TEXTS.get('trim')!],
  ['lstrip', define('of', ([of], { budget }) => textOf(of, budget).trimStart())],
  ['rstrip', define('of', ([of], { budget }) => textOf(of, budget).trimEnd())],
  [
    'join',
    define('separator list', ([separator, list], context) => LISTS.get('join')!.run([list, separator], context)),
  ],
  ...['capitalize', 'lower', 'upper', 'title', 'replace', 'split'].map((name) => [name, TEXTS.get(name)!] as const),
  ...['startswith', 'endswith', 'removeprefix', 'removesuffix'].map((name) => [name, TEXTS.get(name)!] as const),
])
