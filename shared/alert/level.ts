import { type Labels, label } from './labels.ts'

/**
 * The level of an alert, P1 being the worst. The label `severity` stays beside the level, as the sender wrote the
 * label.
 */
export type Level = (typeof LEVELS)[number]

/** From the worst level on. */
export const LEVELS = ['P1', 'P2', 'P3', 'P4'] as const

/** Numbers of alerts by level; a level without alerts may be absent. */
export type LevelCounts = Partial<Record<Level, number>>

/**
 * Words of severity, in small letters. ARMS has critical, error, warning
 * (https://www.alibabacloud.com/help/en/arms/alarm-operation-center/), Sigma critical, high, medium, low and
 * informational, and Log Service the numbers.
 */
const WORDS = new Map<string, Level>([
  ...words('P1', 'critical', '10', 'p1'),
  ...words('P2', 'error', 'high', '8', 'p2'),
  ...words('P3', 'warning', 'medium', '6', 'p3'),
  ...words('P4', 'info', 'low', 'informational', '4', '2', 'p4'),
])

const UNKNOWN: Level = 'P3'

/** The level of an alert by its label `severity`. An unknown word, or no label, is P3. */
export function levelOf(labels: Labels): Level {
  const word = label(labels, 'severity')
  // Asked for every alert of a group at every save, and nearly every sender writes the word in small letters.
  return WORDS.get(word) ?? WORDS.get(word.trim().toLowerCase()) ?? UNKNOWN
}

export function countLevels(alerts: Iterable<{ labels: Labels }>): LevelCounts {
  const counts: LevelCounts = {}
  for (const { labels } of alerts) {
    const level = levelOf(labels)
    counts[level] = (counts[level] ?? 0) + 1
  }
  return counts
}

/** The level of several alerts together: the worst level among the alerts. */
export function worstLevel(alerts: readonly { labels: Labels }[]): Level {
  const [worst = UNKNOWN] = alerts.map(({ labels }) => levelOf(labels)).sort()
  return worst
}

function words(level: Level, ...names: string[]): [string, Level][] {
  return names.map((name) => [name, level])
}
