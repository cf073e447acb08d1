/*
 * The most usual expressions without RE2: plain alternatives (`critical|warning`), and one plain text with `.*` or `.+`
 * around (`prod-.*`). Such a test needs no program and takes one pass over the value.
 */

/** Undefined: the expression needs RE2. */
export function quickTest(text: string): ((value: string) => boolean) | undefined {
  if (/^[\w :/@|-]+$/.test(text)) {
    const alternatives = new Set(text.split('|'))
    return (value) => alternatives.has(value)
  }
  const [, before, plain, after] = /^(\.[*+])?([\w :/@-]*)(\.[*+])?$/.exec(text) ?? []
  if (plain === undefined || (before === undefined && after === undefined)) return undefined
  return around(plain, before, after)
}

/** `.` is every character but a newline. */
function around(plain: string, before: string | undefined, after: string | undefined): (value: string) => boolean {
  const least = { before: before === '.+' ? 1 : 0, after: after === '.+' ? 1 : 0 }
  const shortest = least.before + plain.length + least.after
  const fits = (value: string): boolean => value.length >= shortest && !value.includes('\n')
  if (before === undefined) return (value) => fits(value) && value.startsWith(plain)
  if (after === undefined) return (value) => fits(value) && value.endsWith(plain)
  return (value) => {
    const at = fits(value) ? value.indexOf(plain, least.before) : -1
    return at >= 0 && at + plain.length + least.after <= value.length
  }
}
