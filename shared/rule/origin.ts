import { isObject } from '../base/value.ts'
import { type Fields, type Path, quoted } from './reading.ts'
import type { Origin, RuleProblem } from './rule.ts'
import type { Position, YamlDocument } from './yaml.ts'

export function readOrigin(value: Fields, document: YamlDocument | undefined, file: string | undefined): Origin {
  const references = new Map<string, Position>()
  const note = (path: Path, reference: string): void => {
    const position = document?.locate(path)
    const key = keyOf([...path.slice(0, -1), reference])
    if (position !== undefined && !references.has(key)) references.set(key, position)
  }
  for (const kind of ['correlation', 'filter'] as const) {
    const body = value[kind]
    if (!isObject(body)) continue
    const list: unknown[] = Array.isArray(body.rules) ? body.rules : []
    for (const [index, reference] of list.entries()) note([kind, 'rules', index], String(reference))
    if (typeof body.rules === 'string') note([kind, 'rules', body.rules], body.rules)
    for (const [alias, fields] of Object.entries(isObject(body.aliases) ? body.aliases : {})) {
      for (const reference of isObject(fields) ? Object.keys(fields) : []) {
        note([kind, 'aliases', alias, reference], reference)
      }
    }
  }
  return { file, position: document?.locate([]), references }
}

function keyOf(path: Path): string {
  return JSON.stringify(path)
}

/** A problem with a reference, at the reference's place. `shown`: the path in the message, if another than `path`. */
export function problemAt(
  origin: Origin | undefined,
  path: Path,
  rule: string,
  message: string,
  shown: Path = path,
): RuleProblem {
  const position = origin?.references.get(keyOf(path)) ?? origin?.position
  return { file: origin?.file, position, rule, path: pathText(shown), message }
}

/** `rules/a.yml:12:1`, or `line 12` of the same text. Empty when nothing is known. */
export function originText(origin: Origin | undefined): string {
  const { file, position } = origin ?? {}
  if (file !== undefined) return [file, position?.line, position?.column].filter((part) => part !== undefined).join(':')
  return position === undefined ? '' : `line ${position.line}`
}

/** `detection.selection["eventName|re"][0]`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    if (!/^[A-Za-z_][\w-]{0,60}$/.test(part)) return `${text}[${quoted(part)}]`
    return text === '' ? part : `${text}.${part}`
  }, '')
}
