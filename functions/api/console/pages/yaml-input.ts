import { parse, stringify } from 'yaml'
import type { Input } from '../parts/form.ts'

/** An input for a part of an entry that people write as in the document. */
export function yamlInput(input: Omit<Input, 'input' | 'show' | 'read' | 'check'>): Input {
  return {
    ...{ ...input, input: 'area' },
    show: (value) => (value === undefined ? [] : [stringify(value)]),
    read: ([yaml = '']) => readYaml(yaml).value,
    check: ([yaml = '']) => readYaml(yaml).problem,
  }
}

function readYaml(yaml: string): { value?: unknown; problem?: string } {
  if (yaml.trim() === '') return {}
  try {
    return { value: parse(yaml, { maxAliasCount: 0 }) }
  } catch (error) {
    return { problem: (error as Error).message.split('\n')[0] ?? 'YAML' }
  }
}
