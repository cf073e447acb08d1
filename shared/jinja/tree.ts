import type { Value } from './values/value.ts'

/** A template, read: nothing in the template runs before a run walks over the tree. */
export interface Template {
  body: Block[]
  /** Names that the template reads, and names in names (`alert.status`), but for names that it sets. Each with its first place. */
  names: ReadonlyMap<string, number>
}

/** A part of a template. `at`: offset in the text. */
export type Block =
  | { kind: 'text'; text: string }
  | { kind: 'output'; at: number; value: Expression }
  | { kind: 'if'; branches: { at: number; test: Expression; body: Block[] }[]; otherwise: Block[] }
  | { kind: 'for'; at: number; names: string[]; over: Expression; only?: Expression; body: Block[]; otherwise: Block[] }
  | { kind: 'set'; at: number; names: string[]; value: Expression }

export type Expression =
  | { kind: 'literal'; value: Value }
  | { kind: 'name'; name: string }
  | { kind: 'member'; of: Expression; key: Expression }
  | { kind: 'slice'; of: Expression; from?: Expression; to?: Expression; step?: Expression }
  /** A function, or a filter: the filtered value is its first argument. */
  | { kind: 'call'; name: string; args: Expression[]; named: [string, Expression][] }
  | { kind: 'method'; of: Expression; name: string; args: Expression[]; named: [string, Expression][] }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'unary'; operator: string; of: Expression }
  | { kind: 'test'; of: Expression; name: string; negate: boolean }
  | { kind: 'choice'; test: Expression; value: Expression; otherwise?: Expression }
  | { kind: 'list'; items: Expression[] }
  | { kind: 'dict'; entries: [Expression, Expression][] }

/** The expressions right inside of an expression. */
export function partsOf(expression: Expression): Expression[] {
  return Object.values(expression)
    .flatMap((part): unknown[] => (Array.isArray(part) ? part.flat() : [part]))
    .filter((one): one is Expression => typeof one === 'object' && one !== null && 'kind' in one)
}
