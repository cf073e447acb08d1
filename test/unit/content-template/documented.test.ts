import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import { defaultConfig } from '../../../shared/config/sections.ts'
import { FUNCTIONS, KNOWN } from '../../../shared/content-template/functions.ts'
import { INNER_NAMES, VARIABLE_NAMES } from '../../../shared/content-template/variables.ts'
import { readYamlAtOnce } from '../../../shared/document/reading/yaml.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { PLAIN } from '../../../shared/jinja/values/form.ts'
import { testBox } from '../document/box.ts'
import { ofOne } from './story.ts'

const page = readFileSync(new URL('../../../docs/templates.md', import.meta.url), 'utf8')
const examples = [...page.matchAll(/^\| `(\{\{.*?)` \| `(.*)` \|$/gm)].map(([, text = '', result = '']) => [
  text.replaceAll('\\|', '|'),
  result,
])

describe('docs/templates.md', () => {
  test('has a document that is valid', () => {
    const example = /^```yaml\n([\s\S]*?)^```$/m.exec(page)?.[1]
    const read = readYamlAtOnce(example ?? '')
    const result = read.ok ? finish(readTocsinYml(read.document, defaultConfig(), testBox())) : read
    expect(result).toMatchObject({ ok: true })
    expect(result).not.toHaveProperty('warnings')
  })

  test.each(examples)('%s', (text, result) => {
    expect(ofOne('email', text!, { form: { form: () => PLAIN } })).toBe(result)
  })

  test.each([...FUNCTIONS.keys()].filter((name) => !['tojson', 'json'].includes(name)))(
    'has an example of %s',
    (name) => {
      expect(examples.some(([text]) => text!.includes(`${name}(`) || text!.includes(`| ${name}`))).toBe(true)
    },
  )

  test('names every method, test, and name inside of a variable', () => {
    const { methods, tests } = KNOWN
    const inner = [...INNER_NAMES.values()].flatMap((names) => [...names].map((name) => `.${name}`))
    const named = [...methods.keys(), ...tests.keys(), ...inner].filter((name) => !page.includes(name))
    expect(named).toEqual([])
  })

  test.each([...VARIABLE_NAMES].filter((name) => !['alert', 'link'].includes(name)))(
    'names the variable %s',
    (name) => {
      expect(page).toMatch(new RegExp('`(?:alert\\.)?' + name + '(?:`|\\.)'))
    },
  )
})
