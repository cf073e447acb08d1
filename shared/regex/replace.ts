import type { RE2JS } from 're2js'

/**
 * The text with every match replaced, as Go's ReplaceAllString: `$1`, `${1}` and `${name}` stand for groups, `$$` for a
 * dollar sign, and no empty match follows directly on another match.
 */
export function replaceMatches(re2: RE2JS, text: string, replacement: string): string {
  const names = re2.namedGroups()
  const matcher = re2.matcher(text)
  const group = (name: string): string => {
    const number = /^\d+$/.test(name) ? Number(name) : names[name]
    return number === undefined || number > re2.groupCount() ? '' : (matcher.group(number) ?? '')
  }
  let replaced = ''
  let from = 0
  while (matcher.find()) {
    const [start, end] = [matcher.start(0), matcher.end(0)]
    if (start === end && start === from && start > 0) continue
    replaced +=
      text.slice(from, start) +
      replacement.replace(REFERENCE, (whole, plain, braced) => {
        return whole === '$$' ? '$' : group(plain ?? braced)
      })
    from = end
  }
  return replaced + text.slice(from)
}

const REFERENCE = /\$\$|\$(\w+)|\$\{(\w+)\}/g
