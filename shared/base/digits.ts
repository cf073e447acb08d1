/*
 * Numbers that JavaScript cannot hold: 64-bit ids above 2^53, decimals of more than 17 digits, 1e400. A reader that
 * would turn such a number into another number keeps its text instead, so two ids never become one. A number that
 * JavaScript holds is its number, whatever way it is written: `1.0`, `1` and `1e0` are the same alert.
 */

/** A shorter text without a larger exponent is always held: 15 digits, to the power of 99 at most. */
const SURE_CHARS = 16
const LARGE_EXPONENT = /[eE][-+]?\d{3}/

/** Whether the number is another number, or is written otherwise as an integer, than the text of a number says. */
export function losesDigits(text: string): boolean {
  if (text.length < SURE_CHARS && !LARGE_EXPONENT.test(text)) return false
  const number = Number(text)
  if (!Number.isFinite(number)) return true
  return /^-?\d+$/.test(text) ? String(number) !== text : canonical(text) !== canonical(String(number))
}

/** The same for equal numbers: sign, digits without zeros around, exponent. One pass over the text. */
function canonical(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? []
  const digits = whole + fraction
  let from = 0
  let to = digits.length
  while (digits.charCodeAt(from) === ZERO) from++
  while (to > from && digits.charCodeAt(to - 1) === ZERO) to--
  if (from === to) return '0'
  return `${sign}${digits.slice(from, to)}e${Number(exponent) - fraction.length + digits.length - to}`
}

const ZERO = 0x30
