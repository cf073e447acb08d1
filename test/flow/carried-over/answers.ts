/** What the API shows of the stored account: every list whole, and every incident with its timeline. */
export async function answersOf(read: (path: string) => Promise<unknown>): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {}
  for (const path of LISTS) answers[path] = await read(path)
  for (const path of PAGED) answers[path] = await readPages(read, path)
  const { items } = answers['/api/v1/incidents'] as { items: { id: string }[] }
  for (const { id } of items) {
    answers[`/api/v1/incidents/${id}`] = await readIncident(read, `/api/v1/incidents/${id}`)
    answers[`/api/v1/incidents/${id}/explain`] = await read(`/api/v1/incidents/${id}/explain`)
  }
  return inOrder(answers) as Record<string, unknown>
}

interface Incident {
  timeline: object[]
  /** A cursor, which names a place in the store, and so may change. */
  timelineNext?: string
}

/** An incident with its timeline whole. */
export async function readIncident(read: (path: string) => Promise<unknown>, path: string): Promise<Incident> {
  const incident = (await read(`${path}?limit=200`)) as Incident
  const timeline = [...incident.timeline]
  for (let next = incident.timelineNext; next !== undefined; ) {
    const page = (await read(`${path}?limit=200&after=${encodeURIComponent(next)}`)) as Incident
    timeline.push(...page.timeline)
    next = page.timelineNext
  }
  return { ...incident, timeline, timelineNext: undefined }
}

/** Lists of ids, alerts and entries in the order of their names: the order in which a store finds them may change. */
export function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder).toSorted((a, b) => nameIn(a).localeCompare(nameIn(b)))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inOrder(one)]))
}

/** Entries of a timeline have no name, and stay in their order. */
function nameIn(value: unknown): string {
  if (typeof value === 'string') return value
  const { fingerprint, id } = value as Record<string, string>
  return fingerprint ?? id ?? ''
}

const LISTS = [
  '/api/v1/config',
  '/api/v1/forwarding/status',
  '/api/v2/alerts',
  '/api/v2/alerts/groups',
  '/api/v2/silences',
]
const PAGED = ['/api/v1/incidents', '/api/v1/alerts', '/api/v1/deliveries', '/api/v1/events', '/api/v1/integrations']

async function readPages(read: (path: string) => Promise<unknown>, path: string): Promise<{ items: unknown[] }> {
  const items: unknown[] = []
  let after = ''
  do {
    // An incident in a list shows few of its alerts, unless more are asked for; the other lists ignore `alerts`.
    const page = (await read(`${path}?limit=200&alerts=200${after}`)) as { items: unknown[]; next?: string }
    items.push(...page.items)
    after = page.next === undefined ? '' : `&after=${encodeURIComponent(page.next)}`
  } while (after !== '')
  return { items }
}
