/*
 * Texts of strangers without characters that no reader sees. A channel's own escaping comes afterwards: `escape.ts`.
 */

/**
 * Control characters but the line feed and the tab, and characters that turn the direction of the text around
 * (https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings), with which a text shows another text.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern removes control characters
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g

export function clean(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(HIDDEN, '').toWellFormed()
}

export function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim()
}
