import type { Channel, Policy } from '../../shared/config/config.ts'
import { contentFor, type KindLean } from '../../shared/config/content-template.ts'
import type { How } from '../../shared/delivery/delivery.ts'
import type { Target } from '../../shared/delivery/target.ts'
import type { Written } from '../../shared/group/context.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'

/** Alerts of a message that is sent in as many requests: one attempt has to end while its worker still runs. */
const SINGLE_ALERTS = 20

/**
 * How the targets of a policy are written to: by the policy's template, or else by the channel's, if it has a text for
 * the kind of channel. The language and the time zone are the user's, else the channel's.
 */
export function writtenFor(
  { templates, channel, people }: Pick<CompiledConfig, 'templates' | 'channel' | 'people'>,
  policy: Pick<Policy, 'template'>,
): (target: Target) => Written | undefined {
  return ({ kind, channel: id, user }) => {
    const to = kind === 'notification' ? channel(id) : undefined
    if (to === undefined) return undefined
    for (const name of [policy.template, to.template]) {
      const template = name === undefined ? undefined : templates.get(name)
      const texts = template && contentFor(template.kinds, to.type)
      if (template === undefined || texts === undefined) continue
      const reader = user === undefined ? undefined : people.user(user)
      const how: How = {
        ...{ template: template.id, hash: template.hash },
        language: reader?.language ?? languageOf(to, texts),
        timeZone: reader?.timeZone ?? textIn(to, 'timeZone') ?? 'UTC',
      }
      if (texts.mode === 'single') return { how, partAlerts: SINGLE_ALERTS }
      return texts.limit === undefined ? { how } : { how, mostAlerts: texts.limit }
    }
    return undefined
  }
}

function languageOf(channel: Channel, { languages }: KindLean): How['language'] {
  const wanted = textIn(channel, 'language')
  return languages.find((language) => language === wanted) ?? languages[0] ?? 'en'
}

/** Settings of kinds whose messages people read; neither is secret. */
function textIn({ settings }: Channel, name: 'language' | 'timeZone'): string | undefined {
  const value = settings[name]
  return typeof value === 'string' ? value : undefined
}
