export interface YamlError {
  /** The code of the package, such as `BAD_INDENT`. */
  code: string
  /** May repeat a piece of the text. */
  message: string
  offset: number
  /** The message, where it is Tocsin's own and repeats nothing. */
  own?: string
}

export function ownError(code: string, own: string, offset: number): YamlError {
  return { code, message: own, offset, own }
}
