/** What the value of an attribute is (facts from Go's html/template, BSD-3-Clause, and HTML's list of attributes). */
export type ContentType = 'plain' | 'css' | 'html' | 'js' | 'url' | 'srcset' | 'unsafe'

const ATTRIBUTES: Readonly<Record<Exclude<ContentType, 'js'>, string>> = {
  url: `
    action archive background cite classid codebase data formaction href icon longdesc manifest poster profile src
    usemap xmlns
  `,
  unsafe: `
    accept-charset async challenge charset content crossorigin defer enctype form formenctype formmethod formnovalidate
    http-equiv keytype language method novalidate pattern rel sandbox type value
  `,
  css: 'style',
  html: 'srcdoc',
  srcset: 'srcset',
  plain: `
    accept alt autocomplete autofocus autoplay border checked class cols colspan contenteditable contextmenu controls
    coords datetime default dir dirname disabled draggable dropzone for formtarget headers height hidden high hreflang
    id ismap kind label lang list loop low max maxlength media mediagroup min multiple name open optimum placeholder
    preload pubdate radiogroup readonly required reversed rows rowspan spellcheck scope scoped seamless selected shape
    size sizes span srclang start step tabindex target title width wrap
  `,
}

const BY_NAME: ReadonlyMap<string, ContentType> = new Map(
  Object.entries(ATTRIBUTES).flatMap(([type, names]) =>
    names.split(/\s+/).map((name): [string, ContentType] => [name, type as ContentType]),
  ),
)

/** The type of the attribute with a name in small letters; names that nobody knows are judged by their parts. */
export function attributeType(given: string): ContentType {
  let name = given
  if (name.startsWith('data-')) name = name.slice('data-'.length)
  else if (name.includes(':')) {
    const colon = name.indexOf(':')
    if (name.slice(0, colon) === 'xmlns') return 'url'
    name = name.slice(colon + 1)
  }
  const known = name === '' ? undefined : BY_NAME.get(name)
  if (known !== undefined) return known
  if (name.startsWith('on')) return 'js'
  return /src|uri|url/.test(name) ? 'url' : 'plain'
}
