/** The size that a text may have. A limit that is absent does not hold. */
export interface Room {
  /** Bytes of the text in UTF-8. */
  bytes?: number
  /** UTF-16 units: never fewer than the characters that a receiver counts. */
  chars?: number
}

const ELLIPSIS = '…'
const ELLIPSIS_BYTES = Buffer.byteLength(ELLIPSIS)

const ALL = Number.POSITIVE_INFINITY

export function hasRoom(text: string, { bytes = ALL, chars = ALL }: Room): boolean {
  // A unit takes a byte at least, so a long text is not measured in bytes.
  return text.length <= Math.min(chars, bytes) && (bytes === ALL || Buffer.byteLength(text) <= bytes)
}

/** The text, or its beginning and an ellipsis within the room: cut between characters, never inside of one. */
export function clip(text: string, room: Room): string {
  if (hasRoom(text, room)) return text
  const { bytes = ALL, chars = ALL } = room
  let end = 0
  let used = 0
  for (const character of text) {
    used += Buffer.byteLength(character)
    if (used > bytes - ELLIPSIS_BYTES || end + character.length > chars - 1) break
    end += character.length
  }
  return end === 0 && !hasRoom(ELLIPSIS, room) ? '' : text.slice(0, end) + ELLIPSIS
}
