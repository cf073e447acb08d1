import type { Placeholders } from './reading.ts'
import { quoted } from './reading.ts'

/** More alternatives out of one value are a mistake, or an attack. */
const MAX_TEXTS = 10_000

/**
 * `%name%` replaced by each of its values, which are Sigma strings and may hold wildcards; `\%` is a
 * percent sign. A text with a name that nobody knows cannot be searched for: the specification asks to
 * refuse the rule.
 */
export function expand(text: string, placeholders: Placeholders): string[] | string {
  const parts = text.split(/(?<!\\)%((?:[^%\\]|\\.)+)%/)
  let texts = [unescaped(parts[0] ?? '')]
  for (let i = 1; i < parts.length; i += 2) {
    const name = parts[i] ?? ''
    const values = placeholders.get(name)
    if (values === undefined || values.length === 0)
      return `no values are given for the placeholder ${quoted(`%${name}%`)}`
    if (values.length * texts.length > MAX_TEXTS) return `stands for more than ${MAX_TEXTS} texts`
    const after = unescaped(parts[i + 1] ?? '')
    texts = texts.flatMap((start) => values.map((value) => start + value + after))
  }
  return texts
}

function unescaped(text: string): string {
  return text.replaceAll('\\%', '%')
}
