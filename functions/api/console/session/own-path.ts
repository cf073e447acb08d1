/** A path of this console, for going on after a form: never the address of another site. */
export function ownPath(given: string | null): string {
  if (given === null || given.length > 4000 || !/^\/(?![/\\])/.test(given) || !/^[\x20-\x5b\x5d-\x7e]*$/.test(given))
    return '/'
  return given
}
