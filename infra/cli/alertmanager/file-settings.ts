import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml'
import { joinPath } from '../../../shared/problem/problem.ts'

/** A setting of an alertmanager.yml whose value stands in a file: `api_url_file: /etc/slack` for `api_url`. */
export interface FileSetting {
  /** In the document: `receivers[0].slack_configs[0].api_url_file`. */
  path: string
  /** The file, as written. */
  file: string
  /** Where key and value stand in the text. */
  key: Range
  value: Range
  /** The key of the setting with the value itself. */
  becomes: string
  /** The setting is written beside it, too. */
  given: boolean
}

type Range = readonly [start: number, end: number]

/**
 * The settings in files that Tocsin takes as values: secrets and authorities, in `global` and in receivers. Mappings of a
 * user's own words, such as `details`, have no settings. Client certificates stay as written, for Tocsin to refuse by
 * name. Facts from prometheus/alertmanager (Apache-2.0), `config/notifiers.go`. No alias of the document may stand inside
 * of its own anchor.
 */
export function fileSettings(root: Node | null): FileSetting[] {
  const found = new Map<number, FileSetting>()
  const resolve = resolver(root)
  const document = resolve(root)
  if (!isMap(document)) return []
  settingsIn('global', resolve(valueIn(document, 'global')))
  const receivers = resolve(valueIn(document, 'receivers'))
  for (const [place, receiver] of (isSeq(receivers) ? receivers.items : []).entries()) {
    for (const [list, entries] of entriesOf(resolve(receiver))) {
      const items = resolve(entries)
      if (!list.endsWith('_configs') || !isSeq(items)) continue
      for (const [index, entry] of items.items.entries()) {
        settingsIn(`receivers[${place}].${list}[${index}]`, resolve(entry))
      }
    }
  }
  return [...found.values()]

  function settingsIn(path: string, settings: unknown): void {
    for (const [name, given, key] of entriesOf(settings)) {
      const value = resolve(given)
      const below = joinPath(path, name)
      if (name === '<<') for (const one of isSeq(value) ? value.items : [value]) settingsIn(path, resolve(one))
      else if (NESTED.has(name)) settingsIn(below, value)
      else if (name === 'http_headers') headersIn(below, value)
      else if (name.endsWith('_file') && !CLIENT_CERTIFICATES.has(name) && isScalar(value)) {
        const becomes = name.slice(0, -'_file'.length)
        add({ path: below, becomes, given: isThere(valueIn(settings, becomes)) }, key, given as Node, value)
      }
    }
  }

  /** `X-Token: {files: [a]}`: each header has lists. */
  function headersIn(path: string, headers: unknown): void {
    for (const [name, given] of entriesOf(headers)) {
      const header = resolve(given)
      for (const [kind, list, key] of entriesOf(header)) {
        const files = resolve(list)
        if (kind !== 'files' || !isSeq(files) || files.items.length !== 1) continue
        const [file] = files.items
        const value = resolve(file)
        const given = isThere(valueIn(header, 'secrets'))
        if (isScalar(value))
          add({ path: `${joinPath(path, name)}.files`, becomes: 'secrets', given }, key, file as Node, value)
      }
    }
  }

  function add(about: Pick<FileSetting, 'path' | 'becomes' | 'given'>, key: Node, node: Node, value: Scalar): void {
    const file = value.source ?? String(value.value ?? '')
    const [start, end] = [rangeOf(key), rangeOf(node)]
    if (file !== '' && value.value !== null) found.set(start[0], { ...about, file, key: start, value: end })
  }
}

const NESTED = new Set(['http_config', 'tls_config', 'smtp_tls_config', 'basic_auth', 'authorization'])
const CLIENT_CERTIFICATES = new Set(['cert_file', 'key_file'])

/** The text with the contents of the files in the place of their names. Every line stays where it is. */
export function withContents(text: string, settings: readonly (FileSetting & { content: string })[]): string {
  const edits = settings.flatMap(({ key, value, becomes, content }) => [
    { range: key, by: becomes },
    { range: value, by: JSON.stringify(content) },
  ])
  let made = ''
  let done = 0
  for (const { range, by } of edits.sort((a, b) => a.range[0] - b.range[0])) {
    const [start, end] = range
    // A text in several lines: as many lines follow.
    const breaks = text.slice(start, end).replaceAll(/[^\n]/g, '')
    made += text.slice(done, start) + by + breaks
    done = end
  }
  return made + text.slice(done)
}

/** The node that an alias names. */
function resolver(root: Node | null): (node: unknown) => unknown {
  const anchors = new Map<string, unknown>()
  const open: unknown[] = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { anchor } = (node ?? {}) as Scalar
    if (anchor !== undefined) anchors.set(anchor, node)
    if (isMap(node)) for (const pair of node.items) open.push(pair.value ?? null)
    if (isSeq(node)) for (const item of node.items) open.push(item ?? null)
  }
  return (node) => (isAlias(node) ? anchors.get(node.source) : node)
}

function entriesOf(node: unknown): [name: string, value: unknown, key: Node][] {
  if (!isMap(node)) return []
  return node.items.flatMap(({ key, value }): [string, unknown, Node][] =>
    isScalar(key) ? [[String(key.value), value, key]] : [],
  )
}

function valueIn(node: unknown, name: string): unknown {
  return entriesOf(node as YAMLMap).find(([known]) => known === name)?.[1]
}

function isThere(node: unknown): boolean {
  return node !== undefined && !(isScalar(node) && (node.value === null || node.value === ''))
}

function rangeOf({ range }: Node): Range {
  return [range?.[0] ?? 0, range?.[1] ?? 0]
}
