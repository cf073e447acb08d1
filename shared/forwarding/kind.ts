import * as z from 'zod'
import { SECOND } from '../base/time.ts'
import type { ChannelKind } from '../channel/kind.ts'
import { urlProblem } from '../outbound/url.ts'
import { zodProblems } from '../problem/problem.ts'

/** Where an account's alerts are passed on to. */
export interface ForwardSettings {
  /** The URL of an integration of type `arms`; its token signs what is sent. */
  url: string
}

const SETTINGS = z.strictObject({
  url: z.string().superRefine((text, context) => {
    const message = urlProblem(text) ?? (tokenOf(text) === undefined ? 'is not the URL of an integration' : undefined)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  }),
})

/** Not a kind that people choose: the account's `forwarding` is the only channel that has it. */
export const forwardKind: ChannelKind<unknown> = {
  type: 'forward',
  fields: [{ name: 'url', secret: true }],
  parse(settings) {
    const read = SETTINGS.safeParse(settings)
    return read.success ? { ok: true, settings: read.data } : { ok: false, problems: zodProblems(read.error) }
  },
  timeoutMs: () => 20 * SECOND,
}

/** The last part of an integration's URL, `…/i/{token}`. */
export function tokenOf(url: string): string | undefined {
  return /\/i\/([^/]+)\/?$/.exec(URL.parse(url)?.pathname ?? '')?.[1]
}
