import type { How } from '../delivery/delivery.ts'
import type { User } from '../people/user.ts'
import type { Channel } from './config.ts'
import { contentFor, type KindLean, type TemplateLean } from './content-template.ts'

/** How a message is written, and what the template has for the kind of channel. */
interface HowFound {
  how: How
  texts: KindLean
}

/**
 * How a channel is written to: by the first of the named templates that has a text for the kind of channel. The language
 * and the time zone are the reader's, else the channel's.
 */
export function howFor(
  templates: ReadonlyMap<string, TemplateLean>,
  to: Channel,
  names: readonly (string | undefined)[],
  reader?: Pick<User, 'language' | 'timeZone'>,
): HowFound | undefined {
  for (const name of names) {
    const template = name === undefined ? undefined : templates.get(name)
    const texts = template && contentFor(template.kinds, to.type)
    if (template === undefined || texts === undefined) continue
    const how: How = {
      ...{ template: template.id, hash: template.hash },
      language: reader?.language ?? languageOf(to, texts),
      timeZone: reader?.timeZone ?? textIn(to, 'timeZone') ?? 'UTC',
    }
    return { how, texts }
  }
  return undefined
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
