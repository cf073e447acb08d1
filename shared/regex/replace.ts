import type { RE2JS } from 're2js'

/** Counts the work of a match, and refuses a text of so many characters. */
export type CountMatch = (steps: number, chars: number) => void

/**
 * The text with every match replaced, as Go's ReplaceAllString: `$1`, `${1}` and `${name}` stand for groups, `$$` for a
 * dollar sign, and no empty match follows directly on another match. Each match is counted, with the characters of the
 * text so far: a replacement may be long, and the matches many.
 */
export function replaceMatches(re2: RE2JS, text: string, replacement: string, count: CountMatch): string {
  const names = re2.namedGroups()
  const matcher = re2.matcher(text)
  const parts = partsOf(replacement)
  const group = (name: string): string => {
    const number = /^\d+$/.test(name) ? Number(name) : names[name]
    return number === undefined || number > re2.groupCount() ? '' : (matcher.group(number) ?? '')
  }
  let replaced = ''
  let from = 0
  while (matcher.find()) {
    const [start, end] = [matcher.start(0), matcher.end(0)]
    if (start === end && start === from && start > 0) continue
    count(parts.length, replaced.length)
    replaced += text.slice(from, start)
    for (const part of parts) replaced += typeof part === 'string' ? part : group(part.group)
    from = end
  }
  return replaced + text.slice(from)
}

const REFERENCE = /\$\$|\$(\w+)|\$\{(\w+)\}/g

/** Texts and groups of the replacement, in order. */
function partsOf(replacement: string): (string | { group: string })[] {
  const parts: (string | { group: string })[] = []
  let from = 0
  for (const found of replacement.matchAll(REFERENCE)) {
    const [whole, plain, braced] = found
    if (found.index > from) parts.push(replacement.slice(from, found.index))
    parts.push(whole === '$$' ? '$' : { group: plain ?? braced ?? '' })
    from = found.index + whole.length
  }
  return from < replacement.length ? [...parts, replacement.slice(from)] : parts
}
