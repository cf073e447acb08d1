import type { Metrics } from '../../shared/base/metrics.ts'
import { log } from './log.ts'

/**
 * Counts of one invocation, written as one log line at its end. Not CloudWatch metrics: those cost per
 * name and label value, and the labels here (accounts, channels) are the users' own.
 */
export interface InvocationMetrics extends Metrics {
  /** Writes what was counted since the last flush, if anything. */
  flush(): void
}

export function logMetrics(write: (counted: Counted[]) => void = writeLine): InvocationMetrics {
  let counted = new Map<string, Counted>()
  const entry = (name: string, labels: Record<string, string>): Counted => {
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
    flush() {
      if (counted.size === 0) return
      write([...counted.values()])
      counted = new Map()
    },
  }
}

interface Counted {
  name: string
  labels: Record<string, string>
  value: number
}

function writeLine(counted: Counted[]): void {
  log('info', 'metrics', { metrics: counted })
}

/** What the functions of one process count with: Lambda runs one invocation at a time in each. */
export const metrics = logMetrics()
