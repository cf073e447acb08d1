import { isObject, type JsonObject } from '../../base/value.ts'

/** The body of an answer as an object. Empty: the body is of another form. */
export function bodyOf(text: string): JsonObject {
  try {
    const body: unknown = JSON.parse(text)
    return isObject(body) ? body : {}
  } catch {
    return {}
  }
}

/**
 * The word in `AccessDenied`, `channel_not_found`, `com.amazonaws.events#ThrottlingException` or
 * `InternalException:http://…`. A text that is no word is not repeated, because a target may answer with any text.
 */
export function codeIn(value: unknown): string | undefined {
  const word = typeof value === 'string' ? value.replace(/^[\w.]*#/, '').replace(/:.*$/s, '') : ''
  return /^[A-Za-z._]{1,64}$/.test(word) ? word : undefined
}

/** A number, as providers of chats name their problems: `310000`, `-1`. */
export function numberIn(value: unknown): string | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined
}
