import type { Placeholders } from './reading.ts'
import { quoted } from './reading.ts'

/** More alternatives from a single value are a mistake, or an attack. */
const MAX_TEXTS = 10_000

/**
 * Replaces `%name%` by every value of the name. The values are Sigma strings and may contain wildcards; `\%` is a
 * percent sign. A text with an unknown name cannot be searched for: the specification asks to refuse the rule.
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
