import type { Send } from '../../channel/send.ts'
import { fittingBody } from '../webhook/fitting-body.ts'
import { callFunctionCompute } from './function-compute.ts'
import { eventBytes, type FunctionSettings } from './kind.ts'
import { invokeLambda } from './lambda.ts'

/**
 * Runs a function with Alertmanager's webhook body, or the words of a content template, as its event. `id` is the same
 * on every attempt.
 */
export const runFunction: Send<FunctionSettings> = async (settings, content, deps) => {
  const { id, notification, rendered, note } = content
  const bytes = eventBytes(settings)
  const event = rendered?.content ?? fittingBody(notification, deps.publicUrl, bytes, { id, note })
  return settings.provider === 'aws'
    ? await invokeLambda(settings, asJson(event), content, deps)
    : await callFunctionCompute(settings, event, content, deps)
}

/** Lambda takes JSON only: the words of a content template that are no JSON are a text in JSON. */
function asJson(event: string): string {
  try {
    JSON.parse(event)
    return event
  } catch {
    return JSON.stringify(event)
  }
}
