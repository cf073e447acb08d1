import { createHash } from 'node:crypto'

/** Alertmanager's name of a group for services that keep incidents. */
export function groupKeyHash(groupKey: string): string {
  return createHash('sha256').update(groupKey).digest('hex')
}
