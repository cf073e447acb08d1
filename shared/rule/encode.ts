import { never } from '../base/never.ts'
import type { Transformation } from './modifier.ts'
import { anywhere, literalOf, MANY, normal, type Pattern, withDashes, withoutDashes } from './pattern.ts'

/** A text on its way through the modifiers. `bytes`: a character stands for a byte. */
interface EncodingStep {
  pattern: Pattern
  bytes: boolean
}

/** Every flag of a `windash` value multiplies the number of texts to encode by five. */
const MAX_ENCODED = 625

/** The patterns that a value stands for after its modifiers, or the reason why the modifiers cannot be applied. */
export function transform(pattern: Pattern, transformations: readonly Transformation[]): Pattern[] | string {
  let steps: EncodingStep[] = [{ pattern, bytes: false }]
  for (const transformation of transformations) {
    const next: EncodingStep[] = []
    for (const step of steps) {
      const made = applyTransformation(step, transformation)
      if (typeof made === 'string') return made
      next.push(...made)
    }
    steps = next
  }
  return steps.map((step) => step.pattern)
}

function applyTransformation(
  { pattern, bytes }: EncodingStep,
  transformation: Transformation,
): EncodingStep[] | string {
  switch (transformation) {
    case 'contains':
      return [{ pattern: anywhere(pattern), bytes }]
    case 'startswith':
      return [{ pattern: normal([...pattern, MANY]), bytes }]
    case 'endswith':
      return [{ pattern: normal([MANY, ...pattern]), bytes }]
    case 'windash':
      return bytes ? '"windash" has to stand before what encodes' : [{ pattern: withDashes(pattern), bytes }]
    case 'utf16le':
    case 'utf16be':
    case 'utf16':
      return bytes
        ? 'the text is encoded already'
        : encodeEach(pattern, (texts) => [{ pattern: toUtf16(texts, transformation), bytes: true }])
    case 'base64':
    case 'base64offset':
      return encodeEach(pattern, (text) => {
        const literal = literalOf(text)
        if (literal === undefined) return undefined
        const raw = Buffer.from(literal, bytes ? 'latin1' : 'utf8')
        const codes = transformation === 'base64' ? [raw.toString('base64')] : atOffsets(raw)
        return codes.map((code) => ({ pattern: normal([code]), bytes: false }))
      })
    default:
      return never(transformation)
  }
}

function encodeEach(
  pattern: Pattern,
  encode: (pattern: Pattern) => EncodingStep[] | undefined,
): EncodingStep[] | string {
  const texts = withoutDashes(pattern, MAX_ENCODED)
  if (texts === undefined) return 'has too many flags to be encoded with every kind of dash'
  const steps: EncodingStep[] = []
  for (const text of texts) {
    const made = encode(text)
    if (made === undefined) return 'wildcards cannot be encoded: put "contains" and its like after the encoding'
    steps.push(...made)
  }
  return steps
}

function toUtf16(pattern: Pattern, encoding: 'utf16le' | 'utf16be' | 'utf16'): Pattern {
  const parts = pattern.map((part) => {
    if (typeof part !== 'string') return part
    const bytes = Buffer.from(part, 'utf16le')
    return (encoding === 'utf16be' ? bytes.swap16() : bytes).toString('latin1')
  })
  return normal(encoding === 'utf16' ? ['\xff\xfe', ...parts] : parts)
}

/** The number of leading characters that depend on the text before, by the number of bytes before. */
const UNSURE_AT_START = [0, 2, 3]
/**
 * The number of trailing characters that depend on the text behind, by the length of the text and the bytes before,
 * modulo 3.
 */
const UNSURE_AT_END = [0, 3, 2]

/** The characters that certainly appear in Base64 for the text, at the three offsets where the text can begin. */
function atOffsets(raw: Buffer): string[] {
  return UNSURE_AT_START.map((start, offset) => {
    const code = Buffer.concat([Buffer.alloc(offset, ' '), raw]).toString('base64')
    return code.slice(start, code.length - (UNSURE_AT_END[(raw.length + offset) % 3] ?? 0))
  })
}
