import { isDeepStrictEqual } from 'node:util'
import { templateFacts } from '../../alertmanager-template/facts.ts'
import { LIMITS } from '../../base/limits.ts'
import { type ChannelKind, channelKind, type KindDeclaration } from '../../channel/kind.ts'
import type { Problem } from '../../problem/problem.ts'
import { type Fields, isGroup, type Settings, type SettingsOf } from '../../settings/field.ts'
import { templateTexts, textPath } from '../../settings/templates.ts'
import { httpProblems } from '../http/settings.ts'
import { isHttpField } from './fields.ts'
import { httpConfigOf } from './http-config.ts'

interface ReceiverDeclaration<F extends Fields>
  extends Pick<KindDeclaration<F>, 'type' | 'label' | 'fields' | 'check' | 'mostAlerts' | 'rate' | 'timeoutMs'> {
  /** List in a receiver of alertmanager.yml: `slack_configs`. */
  list: string
  /** What the entry of the list has in another form than the settings. */
  render?(masked: Settings): Settings
}

/** A receiver of alertmanager.yml whose settings are templates, as a kind of channel. */
export function receiverKind<const F extends Fields>(declared: ReceiverDeclaration<F>): ChannelKind<SettingsOf<F>> {
  const { list, check = () => [], render, ...kind } = declared
  const { fields } = kind
  return channelKind<F>({
    ...kind,
    check: (given) => [...httpProblems(given), ...templateProblems(fields, given), ...check(given)],
    alertmanager: { list, render: (masked) => ({ ...entryOf(fields, masked), ...render?.(masked) }) },
  })
}

/** Templates that cannot be read, or that are too large. A secret template is not repeated. */
function templateProblems(fields: Fields, given: Settings): Problem[] {
  const texts = templateTexts(fields, given)
  const chars = texts.reduce((sum, { text }) => sum + text.length, 0)
  if (chars > LIMITS.templateChars) {
    return [{ path: '', message: `limit: the templates have more than ${LIMITS.templateChars} characters together` }]
  }
  return texts.flatMap(({ path, text, secret }) => {
    const { error } = templateFacts(text)
    if (error === undefined) return []
    return [{ path: textPath({ path }), message: secret ? 'is a template with an error' : error }]
  })
}

/** The settings that differ from the defaults, under the names of the settings. */
function entryOf(fields: Fields, masked: Settings): Settings {
  const own = Object.entries(fields).flatMap(([name, declared]): [string, unknown][] => {
    const value = masked[name]
    if (value === undefined || isHttpField(name, fields)) return []
    if (isGroup(declared)) return [[name, value]]
    // A masked secret is kept only beside its address.
    if (declared.address) return [[name, value]]
    return isDeepStrictEqual(value, declared.schema.safeParse(undefined).data) ? [] : [[name, value]]
  })
  return { ...httpConfigOf(masked), ...Object.fromEntries(own) }
}
