import { stringify } from 'yaml'
import * as z from 'zod'
import type { Steps } from '../base/steps.ts'
import type { Sections } from '../config/sections.ts'
import { type Showing, sections, shownSection } from './sections/registry.ts'
import type { Shown } from './sections/section.ts'

/** Schema of the document. Every section may be absent. */
export const configSchema = z
  .strictObject(Object.fromEntries(sections.map(({ name, schema }) => [name, schema.optional()])))
  .meta({ id: 'Config' })

/**
 * The configuration as the document that people write, secrets as `<secret>`: the answer of GET /api/v1/config. The
 * document, put back unchanged, changes nothing.
 */
export function showConfig(config: Sections, showing?: Showing): Shown {
  return Object.fromEntries(
    sections.flatMap((section) => {
      const shown = shownSection(section, config, showing)
      return shown === undefined ? [] : [[section.name, shown]]
    }),
  )
}

/** The same document as YAML, made entry by entry. */
export function* yamlOf(shown: Shown): Steps<string> {
  const parts: string[] = []
  for (const [name, section] of Object.entries(shown)) {
    const entries: unknown[] = Array.isArray(section) && section.length > 0 ? section : []
    parts.push(entries.length === 0 ? yamlText({ [name]: section }) : `${name}:\n`)
    for (const entry of entries) {
      const text = yamlText([entry])
      parts.push(text)
      yield UNITS_PER_ENTRY + text.length / 4
    }
  }
  return parts.join('')
}

const UNITS_PER_ENTRY = 100

function yamlText(value: unknown): string {
  return stringify(value, { aliasDuplicateObjects: false })
}
