/**
 * Text as it is compared when case does not matter. A Greek sigma is written in two ways by its place in
 * the word, and a part of a text has other places than the whole.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase()
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower
}
