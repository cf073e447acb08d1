/** The path of a page of an entry: ids of the document may have `/` in them. `page`: such as `edit`. */
export function entryPath(list: string, id: unknown, page?: string): string {
  return `${list}/${encodeURIComponent(String(id))}${page === undefined ? '' : `/${page}`}`
}
