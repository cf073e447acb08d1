/** Whether a text of the file has an action of a template. */
export function isTemplate(given: unknown): boolean {
  return typeof given === 'string' && given.includes('{{')
}
