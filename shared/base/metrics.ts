/** Counters and gauges by Prometheus name. The parts of Tocsin report metrics here, and `/metrics` shows them. */
export interface Metrics {
  add(name: string, labels?: Record<string, string>, by?: number): void
  set(name: string, labels: Record<string, string>, value: number): void
}
