import * as z from 'zod'
import type { Labels } from '../../alert/labels.ts'
import { LIMITS } from '../../base/limits.ts'
import { isObject } from '../../base/value.ts'
import type { Receiver } from '../../config/config.ts'
import type { Problem } from '../../problem/problem.ts'
import { labels, receiverName } from '../reading/fields.ts'
import { readList } from '../reading/list.ts'
import { type EntryResult, isEmpty, readEntry } from '../reading/mapping.ts'
import type { ReadContext, Section, Shown } from './section.ts'

/**
 * `receivers`: the receivers of an imported alertmanager.yml, as shown by `GET /api/v1/config`. A route may name a
 * receiver that is not listed. Without an imported route there is no receiver.
 */
export const receiversSection: Section<'receivers'> = {
  key: 'receivers',
  name: 'receivers',
  one: 'receiver',
  limit: LIMITS.receivers,
  *read(given, context) {
    const list = yield* readList(given, { limit: LIMITS.receivers, nameField: 'name' }, readReceiver)
    const problems = [...list.problems, ...routeProblems(list.entries.length, context)]
    return { value: list.entries.map(({ value }) => value), problems, names: list.names }
  },
  show: (receivers) => receivers.map(showReceiver),
  get schema() {
    return z.array(schema).max(LIMITS.receivers)
  },
  entries: (receivers) => receivers.map((receiver) => [receiver.name, receiver]),
  settle: ({ route, receivers }) => (route === undefined ? [] : receivers),
}

function routeProblems(count: number, { document, current }: ReadContext): Problem[] {
  const route = document.route === undefined ? current.route : document.route
  if (count === 0 || !isEmpty(route)) return []
  return [{ path: '', message: 'belong to an imported route, and there is none' }]
}

const schema = z
  .strictObject({ name: receiverName, labels: labels.optional() })
  .transform(({ name, labels }) => receiverOf(name, labels))
  .meta({ id: 'ImportedReceiver' })

function readReceiver(given: unknown): EntryResult<Receiver> {
  const read = readEntry(schema, given)
  const problems = nameLabelProblems(given)
  return read.ok && problems.length === 0
    ? read
    : { ok: false, problems: [...(read.ok ? [] : read.problems), ...problems] }
}

/** Alertmanager gives every receiver the label `name`, so the label may be written and says nothing else. */
export function nameLabelProblems(receiver: unknown): Problem[] {
  if (!isObject(receiver) || !isObject(receiver.labels)) return []
  const { name, labels } = receiver
  const label = Object.hasOwn(labels, 'name') ? labels.name : undefined
  if (typeof name !== 'string' || typeof label !== 'string' || label === name) return []
  return [{ path: 'labels.name', message: 'has to be the name of the receiver' }]
}

export function receiverOf(name: string, { name: _name, ...labels }: Labels = {}): Receiver {
  return { name, labels }
}

function showReceiver({ name, labels }: Receiver): Shown {
  return { name, ...(Object.keys(labels).length === 0 ? {} : { labels }) }
}
