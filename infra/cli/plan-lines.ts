/** A change of the plan, as `PUT /api/v1/config` answers it (`ChangedConfig` of the OpenAPI document). */
export interface Change {
  section: string
  id: string
  change: 'added' | 'removed' | 'changed'
  fields?: { path: string; from?: unknown; to?: unknown; secret?: true }[]
}

const SIGNS = { added: '+', changed: '~', removed: '-' } as const

/** `  + channels  team/slack/0`, and below a changed entry its fields. */
export function planLines(plan: readonly Change[]): string[] {
  const width = Math.max(0, ...plan.map(({ section }) => section.length))
  return plan.flatMap(({ section, id, change, fields = [] }) => [
    `  ${SIGNS[change]} ${section.padEnd(width)}  ${id}`.trimEnd(),
    ...fields.map(({ path, from, to, secret }) => {
      return `      ${path}  ${secret ? '(secret)' : `${shown(from)} → ${shown(to)}`}`
    }),
  ])
}

export function countsLine(plan: readonly Change[], isDry: boolean): string {
  if (plan.length === 0) return isDry ? 'nothing would change' : 'nothing changed: it was so already'
  const count = (change: Change['change']): number => plan.filter((one) => one.change === change).length
  const [added, changed, removed] = [count('added'), count('changed'), count('removed')]
  if (isDry) return `${added} to add, ${changed} to change, ${removed} to remove`
  return `${added} added, ${changed} changed, ${removed} removed`
}

const MOST_CHARS = 60

function shown(value: unknown): string {
  if (value === undefined) return '(none)'
  const text = JSON.stringify(value)
  return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text
}
