import { digest } from '../base/hash.ts'
import type { ContentTemplate, TemplateLean } from '../config/content-template.ts'
import type { Table } from '../table/port.ts'
import { type Part, readPart, readParts, TEMPLATE_TEXTS } from './config-parts.ts'
import type { Pointer } from './config-pointer.ts'

/*
 * Templates are stored twice. The section `templates` has what decides who is told how: kinds, languages, modes. Each
 * whole template is a part of its own under the hash of its text. A delivery names the hash, so an attempt that is made
 * again reads the same text, whatever became of the template since.
 */

function textOf(template: ContentTemplate): string {
  return JSON.stringify(template)
}

function hashOf(text: string): string {
  return digest([text], 32)
}

export function leanTemplates(templates: readonly ContentTemplate[]): TemplateLean[] {
  return templates.map((template) => ({
    id: template.id,
    hash: hashOf(textOf(template)),
    kinds: Object.fromEntries(
      Object.entries(template.kinds).map(([kind, { texts, mode, limit }]) => [
        kind,
        {
          languages: texts.map(({ language }) => language),
          ...(mode === undefined ? {} : { mode }),
          ...(limit === undefined ? {} : { limit }),
        },
      ]),
    ),
  }))
}

export function templateParts(templates: readonly ContentTemplate[]): Part[] {
  return templates.map((template) => {
    const text = textOf(template)
    return { section: TEMPLATE_TEXTS, name: hashOf(text), body: () => text }
  })
}

/** The templates by id, as `leanTemplates` wrote them. */
export async function readLeanTemplates(
  table: Table,
  account: string,
  { templates: names = [] }: Pointer['parts'],
): Promise<Map<string, TemplateLean>> {
  const texts = await readParts(table, account, 'templates', names)
  const templates = texts.length === 0 ? [] : (JSON.parse(texts.join('')) as TemplateLean[])
  return new Map(templates.map((template) => [template.id, template]))
}

/** Whole templates, in the order of the document. */
export async function readTemplates(
  table: Table,
  account: string,
  { [TEMPLATE_TEXTS]: names = [] }: Pointer['parts'],
): Promise<ContentTemplate[]> {
  const texts = await readParts(table, account, TEMPLATE_TEXTS, names)
  return texts.map((text) => JSON.parse(text) as ContentTemplate)
}

/** The template with the hash, which may have left the configuration; undefined: its time is over. */
export async function readTemplate(table: Table, account: string, hash: string): Promise<ContentTemplate | undefined> {
  const text = await readPart(table, account, [TEMPLATE_TEXTS, hash])
  return text === undefined ? undefined : (JSON.parse(text) as ContentTemplate)
}
