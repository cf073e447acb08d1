import type { Metrics } from '../../shared/base/metrics.ts'
import { log } from './log.ts'

/**
 * Counts of an invocation, written as a log line at the end of the invocation. Not CloudWatch metrics: AWS bills
 * CloudWatch metrics per name and label value, and the labels here (accounts, channels) are the users' own.
 */
export interface InvocationMetrics extends Metrics {
  /** Writes the counts since the last flush, unless there are no counts. */
  flush(): void
}

export function logMetrics(write: (counted: CounterValue[]) => void = writeLine): InvocationMetrics {
  let counted = new Map<string, CounterValue>()
  const entry = (name: string, labels: Record<string, string>): CounterValue => {
    const key = JSON.stringify([name, Object.entries(labels).sort()])
    const found = counted.get(key) ?? { name, labels, value: 0 }
    counted.set(key, found)
    return found
  }
  return {
    add(name, labels = {}, by = 1) {
      if (by !== 0) entry(name, labels).value += by
    },
    set(name, labels, value) {
      entry(name, labels).value = value
    },
    observe(name, labels, value) {
      entry(`${name}_sum`, labels).value += value
      entry(`${name}_count`, labels).value++
    },
    flush() {
      if (counted.size === 0) return
      write([...counted.values()])
      counted = new Map()
    },
  }
}

interface CounterValue {
  name: string
  labels: Record<string, string>
  value: number
}

function writeLine(counted: CounterValue[]): void {
  log('info', 'metrics', { metrics: counted })
}

/** The counters of the process. Lambda runs a single invocation at a time in a process. */
export const metrics = logMetrics()
