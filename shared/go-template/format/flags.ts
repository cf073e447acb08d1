/** Flags, width and precision of one verb of a format. */
export interface Flags {
  minus: boolean
  plus: boolean
  sharp: boolean
  space: boolean
  zero: boolean
  /** `%+v` and `%#v`: the flags apply to the whole value, and not to each number. */
  plusV: boolean
  sharpV: boolean
  width?: number | undefined
  precision?: number | undefined
}

export function noFlags(): Flags {
  return { minus: false, plus: false, sharp: false, space: false, zero: false, plusV: false, sharpV: false }
}

/** The text filled up to the width, which counts characters. Zeros fill only on the left. */
export function pad(text: string, { width = 0, minus, zero }: Flags): string {
  const missing = width - charactersIn(text)
  if (missing <= 0) return text
  if (minus) return text + ' '.repeat(missing)
  return (zero ? '0' : ' ').repeat(missing) + text
}

function charactersIn(text: string): number {
  // A pair of surrogates is one character.
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0)
}

/** The first characters of a text, as many as the precision says. */
export function cut(text: string, { precision }: Flags): string {
  if (precision === undefined || text.length <= precision) return text
  let at = 0
  for (let left = precision; left > 0 && at < text.length; left--) at += text.codePointAt(at)! > 0xffff ? 2 : 1
  return text.slice(0, at)
}
