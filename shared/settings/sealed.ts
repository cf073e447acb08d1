import type { SecretBox } from '../secret/seal.ts'

/**
 * A value with every sealed text in plain text, at any depth. For a reader without the declaration of the fields:
 * ingest bundles no zod. A text that does not open stays as it is, so a lost key makes a check of the secret fail.
 */
export function openSealed<Value>(value: Value, secrets: Pick<SecretBox, 'open' | 'isSealed'>): Value {
  return open(value, secrets) as Value
}

function open(value: unknown, secrets: Pick<SecretBox, 'open' | 'isSealed'>): unknown {
  if (Array.isArray(value)) return value.map((one) => open(one, secrets))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, open(one, secrets)]))
  }
  if (!secrets.isSealed(value)) return value
  try {
    return secrets.open(value as string)
  } catch {
    return value
  }
}
