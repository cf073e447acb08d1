import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { createPartReader, walkAlerts } from '../../../shared/group-store/members.ts'
import type { ApiDeps } from '../http/deps.ts'
import { createKept } from '../http/kept.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { refuseWith } from '../http/route.ts'

/** Limits of one look at the labels of an account. */
const MOST_ALERTS = 5000
const LOOKING_MS = 300
/** Different values of a label that are counted. */
const MOST_COUNTED = 1000
const MOST_NAMES = 100
const MOST_VALUES = 20
const LONGEST_PREFIX = 200

/** How often each value of each label occurs among the present alerts that were looked at. */
interface LabelCounts {
  names: Map<string, Map<string, number>>
  alerts: number
  partial: boolean
}

export type ReadLabels = (account: string) => Promise<LabelCounts>

export function createLabels({ table, clock }: Pick<ApiDeps, 'table' | 'clock'>): ReadLabels {
  return createKept(clock, async (account) => {
    const names: LabelCounts['names'] = new Map()
    const began = clock.elapsed()
    let alerts = 0
    for await (const { members } of walkAlerts(table, account, createPartReader(table, account), { limit: 500 })) {
      for (const [, { alert }] of members) {
        for (const [name, value] of Object.entries(alert.labels)) {
          const values = names.get(name) ?? new Map<string, number>()
          names.set(name, values)
          const count = values.get(value)
          if (count !== undefined || values.size < MOST_COUNTED) values.set(value, (count ?? 0) + 1)
        }
      }
      alerts += members.length
      if (alerts >= MOST_ALERTS || clock.elapsed() - began > LOOKING_MS) return { names, alerts, partial: true }
    }
    return { names, alerts, partial: false }
  })
}

const labelItem = z
  .object({
    name: z.string(),
    alerts: z.int().describe('Alerts that have the label'),
    values: z.array(z.object({ value: z.string(), alerts: z.int() })).describe('The most frequent values'),
  })
  .meta({ id: 'Label' })

const labelList = z
  .object({
    items: z.array(labelItem),
    looked: z.int().describe('Alerts that were looked at'),
    partial: z.boolean().describe('There are more alerts than were looked at'),
  })
  .meta({ id: 'LabelList' })

type LabelItem = z.output<typeof labelItem>

export function labelRoute(labelsOf: ReadLabels): Route {
  return {
    method: 'GET',
    path: '/api/v1/labels',
    access: 'viewer',
    about: {
      summary: 'Names and values of labels of the present alerts, the most frequent first',
      query: {
        prefix: z.string().max(LONGEST_PREFIX).describe('Only names that begin so; with `name`, only values'),
        name: z.string().max(LONGEST_PREFIX).describe('Only this label, with more of its values'),
      },
      answers: { 200: { text: 'Labels', schema: labelList } },
    },
    handle: (ask) => listLabels(labelsOf, ask),
  }
}

async function listLabels(labelsOf: ReadLabels, { account, query }: Ask): Promise<Answer> {
  const [prefix, name] = [query.get('prefix') ?? '', query.get('name')]
  if (prefix.length > LONGEST_PREFIX || (name?.length ?? 0) > LONGEST_PREFIX) {
    return refuseWith(400, 'invalid', `prefix, name: at most ${LONGEST_PREFIX} characters`)
  }
  const { names, alerts, partial } = await labelsOf(account)
  const items =
    name === null
      ? topLabels(names, prefix)
      : topLabels(new Map([[name, named(names.get(name), prefix)]]), '', MOST_NAMES)
  const answer: z.output<typeof labelList> = { items, looked: alerts, partial }
  return json(200, answer)
}

function named(values: ReadonlyMap<string, number> = new Map(), prefix: string): Map<string, number> {
  return new Map([...values].filter(([value]) => value.startsWith(prefix)))
}

function topLabels(names: LabelCounts['names'], prefix = '', mostValues = MOST_VALUES): LabelItem[] {
  const items = [...names]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, values]) => ({
      name,
      alerts: [...values.values()].reduce((sum, count) => sum + count, 0),
      values: [...values]
        .map(([value, count]) => ({ value, alerts: count }))
        .sort(byNumber('value'))
        .slice(0, mostValues),
    }))
  return items
    .filter(({ values }) => values.length > 0)
    .sort(byNumber('name'))
    .slice(0, MOST_NAMES)
}

/** The largest number first, equal numbers by their text. */
function byNumber<Key extends string>(key: Key) {
  return (a: { alerts: number } & Record<Key, string>, b: { alerts: number } & Record<Key, string>): number =>
    b.alerts - a.alerts || (a[key] < b[key] ? -1 : 1)
}
