import { PLAIN } from '../jinja/values/form.ts'
import { isDict, isList, type Value } from '../jinja/values/value.ts'
import type { Language } from '../message-text/words.ts'
import { viewOf } from '../message-view/view.ts'
import { sampleNotification } from './sample.ts'
import { messageVariables, VARIABLE_NAMES } from './variables.ts'

export interface SampleValue {
  /** The expression of a template: `alert.labels.region`. */
  expression: string
  /** The value in the sample, as text; a list or mapping is only named. */
  value: string
  /** The variable belongs to the message, not to an alert. */
  ofMessage: boolean
}

const OF_MESSAGE: ReadonlySet<string> = new Set(['alerts', 'title', 'link', 'group', 'incident'])

/** Every variable with its value in the sample. The values of a mapping are variables by themselves. */
export function sampleValues(options: { language: Language; timeZone: string; url: string }): SampleValue[] {
  const scope = messageVariables(viewOf(sampleNotification('firing')), { ...options, form: PLAIN }).of(0)
  const names = [...VARIABLE_NAMES].filter((name) => name !== 'alert')
  return names.flatMap((name): SampleValue[] => {
    const ofMessage = OF_MESSAGE.has(name)
    const expression = ofMessage ? name : `alert.${name}`
    const value = scope.get(name)
    if (!isDict(value)) return [{ expression, value: textOf(value), ofMessage }]
    return Array.from(value, ([key, inner]) => {
      const place = /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `["${key}"]`
      return { expression: expression + place, value: textOf(inner), ofMessage }
    })
  })
}

function textOf(value: Value): string {
  if (isList(value)) return '[…]'
  if (isDict(value)) return '{…}'
  return value === undefined || value === null ? '' : String(value)
}
