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
    return { how: { template: template.id, hash: template.hash, ...readingOf(to, reader, texts.languages) }, texts }
  }
  return undefined
}

/** The language and the time zone of the reader, else of the channel. `languages`: those that there are. */
export function readingOf(
  channel: Channel,
  reader: Pick<User, 'language' | 'timeZone'> | undefined,
  languages: KindLean['languages'] = ['en', 'zh'],
): Pick<How, 'language' | 'timeZone'> {
  const wanted = textIn(channel, 'language')
  return {
    language: reader?.language ?? languages.find((language) => language === wanted) ?? languages[0] ?? 'en',
    timeZone: reader?.timeZone ?? textIn(channel, 'timeZone') ?? 'UTC',
  }
}

/** Settings of kinds whose messages people read; neither is secret. */
function textIn({ settings }: Channel, name: 'language' | 'timeZone'): string | undefined {
  const value = settings[name]
  return typeof value === 'string' ? value : undefined
}
