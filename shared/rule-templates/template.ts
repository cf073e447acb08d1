import texts from './templates.json' with { type: 'json' }

/** A rule that ships with Tocsin. */
export interface Template {
  /** `actiontrail/vpc-route-change`: the path of its file without `.yml`. */
  name: string
  /** The file as it is. Where a correlation counts, the rule that it counts is the first of two documents. */
  text: string
}

/**
 * All of them, by name. `templates.json` holds the files' texts, so that a bundle has them without a file
 * system; `npx vitest run test/unit/rule-templates -u` writes it anew after a file was changed.
 */
export const templates: readonly Template[] = Object.entries(texts).map(([name, text]) => ({ name, text }))

const byName = new Map(templates.flatMap((template) => namesOf(template).map((name) => [name, template] as const)))

/** By its name, or by the id of the ActionTrail template that it restates, with or without `sls.app.actiontrail.`. */
export function templateNamed(name: string): Template | undefined {
  return byName.get(name.replace(/^sls\.app\.actiontrail\./, ''))
}

/**
 * Three of our names correct the official id (`esc_release` is about ECS): what one would write after it is
 * understood too.
 */
function namesOf({ name, text }: Template): string[] {
  const id = /^ {4}restates: (.+)$/m.exec(text)?.[1]
  if (id === undefined) return [name]
  return [name, id, `actiontrail/${id.replace(/^.*\.at\./, '').replaceAll('_', '-')}`]
}
