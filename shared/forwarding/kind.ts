import { SECOND } from '../base/time.ts'
import { channelKind } from '../channel/kind.ts'
import { urlProblem } from '../outbound/url.ts'
import { checkedText } from '../settings/checked-text.ts'
import { field, type SettingsOf } from '../settings/field.ts'

const fields = {
  url: field(
    checkedText(
      (text) => urlProblem(text) ?? (tokenOf(text) === undefined ? 'is not the URL of an integration' : undefined),
    ),
    {
      label: 'URL',
      help: 'URL of an integration of type arms in the account that collects. The token at its end signs every forward.',
      secret: true,
      address: true,
    },
  ),
}

/** Settings of forwarding, the URL in plain text. */
export type ForwardSettings = SettingsOf<typeof fields>

/** Not in the registry, so no document can choose the kind: only the account's `forwarding` has the kind. */
export const forwardKind = channelKind({
  type: 'forward',
  label: 'Forwarding',
  fields,
  timeoutMs: () => 20 * SECOND,
})

/** The last part of an integration's URL, `…/i/{token}`. */
export function tokenOf(url: string): string | undefined {
  return /\/i\/([^/]+)\/?$/.exec(URL.parse(url)?.pathname ?? '')?.[1]
}
