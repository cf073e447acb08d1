import type { RenderedMessage, Send } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { sendOneByOne } from '../text/one-by-one.ts'
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
  const builtIn = (): string => fittingBody(notification, deps.publicUrl, eventBytes(settings), { id, note })
  const events = rendered?.single ?? [{ id, content: rendered?.content ?? builtIn() }]
  const run = ({ id, content: event }: RenderedMessage): Promise<Outcome> =>
    settings.provider === 'aws'
      ? invokeLambda(settings, asJson(event), content, deps)
      : callFunctionCompute(settings, event, { ...content, id }, deps)
  return await sendOneByOne(events, content, run, deps.clock.now)
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
