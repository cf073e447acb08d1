import type { Taken } from './receivers.ts'

/** What receivers know: by path, the last status of every alert, with the time at which the alert began. */
export interface Heard {
  alerts: Record<string, Record<string, Status>>
  /** Ids of events, by path, in order. */
  events: Record<string, string[]>
  /** Ids of notifications whose arrival the sender knows of, … */
  arrived: string[]
  /** … and of notifications that may or may not have arrived. */
  doubted: string[]
}

type Status = `${'firing' | 'resolved'} since ${string}`

interface Body {
  id?: string
  status?: string
  alerts?: { labels: Record<string, string>; status: 'firing' | 'resolved'; startsAt: string }[]
}

export const heardNothing = (): Heard => ({ alerts: {}, events: {}, arrived: [], doubted: [] })

export function nameOf(labels: Record<string, string>): string {
  return [labels.alertname, labels.instance ?? labels.i].filter((part) => part !== undefined).join(' ')
}

/**
 * Takes a request into account; returns the number of alerts of which the receiver learns something, and the alerts
 * that fire anew although their end was told.
 */
export function hear(heard: Heard, { path, id, body, doubted = false }: Taken): { news: number; undone: string[] } {
  const { id: event, status, alerts = [] } = body as Body
  if (status === undefined && event !== undefined) {
    heard.events[path] = [...(heard.events[path] ?? []), event]
    return { news: 0, undone: [] }
  }
  const ids = doubted ? heard.doubted : heard.arrived
  ids.push(id)
  const known = heard.alerts[path] ?? {}
  heard.alerts[path] = known
  const undone: string[] = []
  let news = 0
  for (const alert of alerts) {
    const name = nameOf(alert.labels)
    const now: Status = `${alert.status} since ${alert.startsAt}`
    if (known[name] !== now) news++
    if (known[name] === `resolved since ${alert.startsAt}` && alert.status === 'firing') undone.push(`${path}: ${name}`)
    known[name] = now
  }
  return { news, undone }
}

export function stillFiring({ alerts }: Heard): string[] {
  return Object.entries(alerts).flatMap(([path, known]) =>
    Object.entries(known).flatMap(([name, status]) => (status.startsWith('firing') ? [`${path}: ${name}`] : [])),
  )
}
