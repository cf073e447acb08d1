/** Counters and gauges by Prometheus name; what the parts report and `/metrics` shows. */
export interface Metrics {
  add(name: string, labels?: Record<string, string>, by?: number): void
  set(name: string, labels: Record<string, string>, value: number): void
}
