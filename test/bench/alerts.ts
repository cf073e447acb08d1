const SECOND = 1000
const MINUTE = 60 * SECOND

export interface BenchAlert {
  labels: Record<string, string>
  annotations: Record<string, string>
  startsAt: string
  endsAt: string
  generatorURL: string
}

export const USUAL_GROUPS = 200

/** An alert as Prometheus sends an alert, about 700 bytes. `id` makes different alerts, `run` keeps the runs apart. */
export function benchAlert(run: string, id: number, now: number, groups = USUAL_GROUPS): BenchAlert {
  const group = id % groups
  const host = `10.${(id >> 16) & 255}.${(id >> 8) & 255}.${id & 255}`
  return {
    labels: {
      alertname: `RequestsSlow${group % 40}`,
      cluster: `production-${group % 5}`,
      namespace: `shop-${group}`,
      severity: id % 3 === 0 ? 'critical' : 'warning',
      job: 'checkout',
      instance: `${host}:9100`,
      pod: `checkout-${run}-${id}`,
    },
    annotations: {
      summary: `Requests to ${host} are slow`,
      description:
        'For ten minutes one of a hundred requests has taken more than a second, measured at the load balancer. Look at the database first.',
      runbook_url: 'https://runbooks.example.com/requests-slow',
    },
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + 4 * MINUTE).toISOString(),
    generatorURL:
      'http://prometheus.example.com:9090/graph?g0.tab=1&g0.expr=histogram_quantile%280.99%2C+sum+by+%28le%29+%28rate%28http_request_duration_seconds_bucket%5B5m%5D%29%29%29+%3E+1',
  }
}

/** The load of a run: number of alerts, alerts in a body, groups by three labels. */
export interface Load {
  run: string
  alerts: number
  perPost: number
  groups: number
  /** The clock of the sender, ms since 1970. Alerts began then and end four minutes later. */
  now: number
}

/** The bodies of a load, made before the measurement begins. */
export function bodiesOf({ run, alerts, perPost, groups, now }: Load): string[] {
  return Array.from({ length: Math.floor(alerts / perPost) }, (_, post) =>
    JSON.stringify(Array.from({ length: perPost }, (_, i) => benchAlert(run, post * perPost + i, now, groups))),
  )
}

/** Prometheus sends an alert that fires again after this time, or later, with an end that has moved on. */
const RESEND_MS = 15 * SECOND

/** The same alerts in a later round: `startsAt` stays, `endsAt` has moved on. */
export function refreshed(bodies: readonly string[], round: number): string[] {
  return bodies.map((body) => {
    const alerts = JSON.parse(body) as BenchAlert[]
    const moved = alerts.map((alert) => {
      const endsAt = Date.parse(alert.startsAt) + 4 * MINUTE + round * RESEND_MS
      return { ...alert, endsAt: new Date(endsAt).toISOString() }
    })
    return JSON.stringify(moved)
  })
}
