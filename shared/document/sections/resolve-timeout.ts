import { formatDuration } from '../../base/duration.ts'
import { duration } from '../reading/fields.ts'
import { readEntry } from '../reading/mapping.ts'
import type { Section } from './section.ts'

/** `resolveTimeout`, Alertmanager's `resolve_timeout`. Null takes the timeout away. */
export const resolveTimeoutSection: Section<'resolveTimeoutMs'> = {
  key: 'resolveTimeoutMs',
  name: 'resolveTimeout',
  one: 'timeout',
  limit: 1,
  read(given, { current }) {
    if (given === null) return { value: undefined, problems: [] }
    const read = readEntry(duration, given)
    return read.ok ? { value: read.value, problems: [] } : { value: current.resolveTimeoutMs, problems: read.problems }
  },
  show: formatDuration,
  schema: duration,
  entries: (timeoutMs) => [['resolveTimeout', timeoutMs]],
}
