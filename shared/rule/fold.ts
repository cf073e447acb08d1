/**
 * A text in the form in which texts are compared without regard to case. A Greek sigma has two lower-case letters by
 * its place in the word, and in a part of a text the place is different from the place in the whole.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase()
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower
}
