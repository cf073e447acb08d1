/** Kinds of channels that reach people at a price. */
export const QUOTA_KINDS = ['sms', 'voice', 'email'] as const

/** Messages to a user within a day of the user's time zone, by kind of channel. A kind without a number has no quota. */
export type Quotas = Partial<Record<(typeof QUOTA_KINDS)[number], number>>

/** The quotas of an account that says nothing. */
const DEFAULTS: Quotas = { sms: 50, voice: 20 }

export const MOST_QUOTA = 9999

/** Undefined: the kind has no quota. */
export function quotaOf(quotas: Quotas | undefined, type: string): number | undefined {
  const kind = QUOTA_KINDS.find((one) => one === type)
  return kind && (quotas?.[kind] ?? DEFAULTS[kind])
}
