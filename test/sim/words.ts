import type { ContentTemplate } from '../../shared/config/content-template.ts'
import type { Sections } from '../../shared/config/sections.ts'
import type { Story } from './story.ts'

/** A template for messages of the kind `worded` (`limited-kinds.ts`). */
export function wordsOfTemplate(content: string): ContentTemplate {
  return { id: 'words', name: 'Words', kinds: { worded: { texts: [{ language: 'en', content }] } } }
}

/** The story with its webhooks told in the words of a template, which every change of the configuration edits. */
export function inWords(story: Story): Story {
  const worded = (sections: Sections, edition: number): Sections => ({
    ...sections,
    templates: [wordsOfTemplate(`${edition} {{ alert.labels.name }}`)],
    channels: sections.channels.map((one) =>
      one.type === 'webhook' ? { ...one, type: 'worded', template: 'words' } : one,
    ),
  })
  return {
    ...story,
    sections: worded(story.sections, 0),
    changes: story.changes.map(({ atMs, sections }, at) => ({ atMs, sections: worded(sections, at + 1) })),
  }
}
