import { stringify } from 'yaml'
import type { Steps } from '../../../../shared/base/steps.ts'
import { readYaml } from '../../../../shared/document/reading/yaml.ts'
import type { Input, Parsed } from './form.ts'

/** An input for a part of an entry that people write as in the document. */
export function yamlInput(input: Omit<Input, 'input' | 'show' | 'read' | 'check' | 'parse'>): Input {
  return { ...input, input: 'area', show: (value) => (value === undefined ? [] : [stringify(value)]), parse: parseYaml }
}

/** As a document is read: in steps, and with every digit of a number. */
export function* parseYaml(yaml: string): Steps<Parsed> {
  if (yaml.trim() === '') return {}
  const read = yield* readYaml(yaml)
  return read.ok ? { value: read.document } : { problem: read.problems.map(({ message }) => message).join('; ') }
}
