import * as z from 'zod'
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
