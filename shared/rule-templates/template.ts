import texts from './templates.json' with { type: 'json' }

/** A rule that ships with Tocsin. */
export interface Template {
  /** `actiontrail/vpc-route-change`: the path of the file without `.yml`. */
  name: string
  /** The text of the file. In a file with a correlation, the counted rule is the first of two documents. */
  text: string
}

/**
 * The templates, by name. `templates.json` contains the texts of the files, so a bundle needs no file system; `npx
 * vitest run test/unit/rule-templates -u` writes `templates.json` anew after a file has changed.
 */
export const templates: readonly Template[] = Object.entries(texts).map(([name, text]) => ({ name, text }))

const byName = new Map(templates.flatMap((template) => namesOf(template).map((name) => [name, template] as const)))

/**
 * The template of a name, or of the ActionTrail template's official id (`restates`), with or without
 * `sls.app.actiontrail.`.
 */
export function templateNamed(name: string): Template | undefined {
  return byName.get(name.replace(/^sls\.app\.actiontrail\./, ''))
}

/**
 * Three of our names correct the official id (`esc_release` is about ECS): the name derived from the official id is
 * understood too.
 */
function namesOf({ name, text }: Template): string[] {
  const id = /^ {4}restates: (.+)$/m.exec(text)?.[1]
  if (id === undefined) return [name]
  return [name, id, `actiontrail/${id.replace(/^.*\.at\./, '').replaceAll('_', '-')}`]
}
