import { Float, isDict, isList, isMissing, isText, Markup, numberOf, type Value } from './values/value.ts'

function textIn(value: Value): string | undefined {
  return value instanceof Markup ? value.text : typeof value === 'string' ? value : undefined
}

/** `{% if value is defined %}` */
export const TESTS: ReadonlyMap<string, (value: Value) => boolean> = new Map<string, (value: Value) => boolean>([
  ['defined', (value) => value !== undefined],
  ['undefined', (value) => value === undefined],
  ['none', isMissing],
  ['string', isText],
  ['number', (value) => numberOf(value) !== undefined],
  ['integer', (value) => typeof value === 'number'],
  ['float', (value) => value instanceof Float],
  ['boolean', (value) => typeof value === 'boolean'],
  ['true', (value) => value === true],
  ['false', (value) => value === false],
  ['mapping', isDict],
  ['sequence', (value) => isList(value) || isText(value)],
  ['iterable', (value) => isList(value) || isText(value) || isDict(value)],
  ['odd', (value) => Math.abs((numberOf(value) ?? 0) % 2) === 1],
  ['even', (value) => (numberOf(value) ?? 1) % 2 === 0],
  ['lower', (value) => textIn(value) !== undefined && textIn(value) === textIn(value)?.toLowerCase()],
  ['upper', (value) => textIn(value) !== undefined && textIn(value) === textIn(value)?.toUpperCase()],
])
