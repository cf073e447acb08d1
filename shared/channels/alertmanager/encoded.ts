/** `json.NewEncoder(…).Encode` of Go: `<`, `>` and `&` are escaped, and a line break ends the text. */
export function encoded(value: unknown): string {
  const json = JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  return `${json}\n`
}
