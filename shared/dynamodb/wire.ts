import type { Attributes } from './item.ts'

/** Attributes as JSON carries them: bytes are text in base64. */
export type WireAttributes = Record<string, { S?: string; N?: string; B?: string }>

export function toWire(attributes: Attributes): WireAttributes {
  const wire = Object.entries(attributes).map(([name, { B, ...value }]) => [
    name,
    B === undefined ? value : { B: Buffer.from(B).toString('base64') },
  ])
  return Object.fromEntries(wire)
}

export function fromWire(wire: WireAttributes): Attributes {
  const attributes = Object.entries(wire).map(([name, { B, ...value }]) => [
    name,
    B === undefined ? value : { B: Buffer.from(B, 'base64') },
  ])
  return Object.fromEntries(attributes)
}
