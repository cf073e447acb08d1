/** So many groups do the alerts of the throughput runs make. */
const GROUPS = 200
const MINUTE = 60_000

export interface BenchAlert {
  labels: Record<string, string>
  annotations: Record<string, string>
  startsAt: string
  endsAt: string
  generatorURL: string
}

/** An alert as Prometheus sends an alert, about 700 bytes. `id` makes different alerts, `run` keeps the runs apart. */
export function benchAlert(run: string, id: number, now: number): BenchAlert {
  const group = id % GROUPS
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

/** Bodies of `perPost` alerts, `count` alerts in total, made before the measurement begins. */
export function bodiesOf(run: string, count: number, perPost: number, from = 0): string[] {
  const now = Date.now()
  return Array.from({ length: Math.floor(count / perPost) }, (_, post) =>
    JSON.stringify(Array.from({ length: perPost }, (_, i) => benchAlert(run, from + post * perPost + i, now))),
  )
}
