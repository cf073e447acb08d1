import { requestPath } from '../../../../shared/account/request-path.ts'

/** A path of this console, for going on after a form: never the address of another site. */
export function ownPath(given: string | null): string {
  if (given === null || given.length > 4000 || !/^\/(?![/\\])/.test(given) || !/^[\x20-\x5b\x5d-\x7e]*$/.test(given))
    return '/'
  return given
}

/** Path and query that a request asks for, without the path of the public URL. */
export function askedPath({ url }: Request, base: string): string {
  return requestPath(url, base).path + new URL(url).search
}

/** The page of this console that a form was sent from, by the `Referer` of the browser; else the first page. */
export function pageOfForm({ headers }: Request, base: string): string {
  const referer = headers.get('referer') ?? ''
  return URL.canParse(referer) ? ownPath(requestPath(referer, base).path + new URL(referer).search) : '/'
}
