import { Unavailable } from '../base/unavailable.ts'

/**
 * An error as text for a log line. The text of a lost dependency names the dependency and the reason. A bug gives its
 * name and its stack frames: the message of a bug may repeat a channel's secret, and stays out of the log.
 */
export function faultText(error: unknown): string {
  if (error instanceof Unavailable) return error.message
  if (!(error instanceof Error)) return `thrown: ${typeof error}`
  const { name, message, stack = '' } = error
  const afterMessage = message === '' ? stack : stack.slice(stack.indexOf(message) + message.length)
  return [name, ...afterMessage.split('\n').filter((line) => /^\s+at /.test(line))].join('\n')
}
