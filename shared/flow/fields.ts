import { type Alert, raisedHere } from '../alert/alert.ts'
import { type Labels, label } from '../alert/labels.ts'
import { levelOf } from '../alert/level.ts'

/** The parts of an alert that conditions look at. */
export type Subject = Pick<Alert, 'labels' | 'annotations' | 'origin'>

/** The text of a field; the empty text where an alert has none, as everywhere in Alertmanager. */
export type ReadField = (subject: Subject) => string

/**
 * Fields by name. Alerts of Tocsin's own rules have the facts of the audit record as annotations; Simple Log Service and
 * other senders have them as labels, under names of their own. A label is stronger than an annotation.
 */
const FIELDS: ReadonlyMap<string, ReadField> = new Map<string, ReadField>([
  ['account', ({ origin }) => origin.account],
  ['alertname', ({ labels }) => label(labels, 'alertname')],
  ['cloudAccount', firstOf('cloudAccount', 'aliuid', 'account_id')],
  ['integration', ({ origin }) => origin.integration],
  ['level', ({ labels }) => levelOf(labels)],
  ['project', firstOf('project')],
  ['raisedBy', ({ origin }) => (raisedHere(origin) ? 'rule' : 'integration')],
  ['region', firstOf('region', 'region_id')],
  ['rule', ({ labels, origin }) => origin.rule ?? label(labels, 'rule')],
  ['severity', ({ labels }) => label(labels, 'severity')],
])

export const FIELD_NAMES: readonly string[] = [...FIELDS.keys()]

/** A label or an annotation by its name, whatever characters the name has. */
const MAPS: readonly (readonly [prefix: string, of: (subject: Subject) => Labels])[] = [
  ['labels.', ({ labels }) => labels],
  ['annotations.', ({ annotations }) => annotations],
]

/** Undefined: there is no such field. */
export function fieldOf(name: string): ReadField | undefined {
  const known = FIELDS.get(name)
  if (known !== undefined) return known
  for (const [prefix, of] of MAPS) {
    const key = name.slice(prefix.length)
    if (name.startsWith(prefix) && key !== '') return (subject) => label(of(subject), key)
  }
  return undefined
}

function firstOf(...names: string[]): ReadField {
  return ({ labels, annotations }) => {
    for (const from of [labels, annotations]) {
      for (const name of names) {
        const text = label(from, name)
        if (text !== '') return text
      }
    }
    return ''
  }
}
