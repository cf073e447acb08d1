import type { Mutant } from '../mutants.ts'

/** Bugs in the limits of providers, and in deliveries that wait for a slot. */
export const limits: Mutant[] = [
  {
    name: 'a window is as long as the provider says, whatever the clocks of workers say',
    file: 'shared/rate/slots.ts',
    find: 'const window = { most, windowMs: windowMs + marginOf(windowMs) }',
    replace: 'const window = { most, windowMs }',
    by: { script: 'what waits for a service is told message by message, never more than it takes' },
  },
  {
    name: 'a window is kept by its even shares alone',
    file: 'shared/rate/slots.ts',
    find: 'return [window, {',
    replace: 'return [{',
    by: { script: 'what waits for a service is told message by message, never more than it takes' },
  },
  {
    name: 'a slot that is given is not written down',
    file: 'shared/sending/limited.ts',
    find: 'next: takeSlot(slots, rules, now, slot) }',
    replace: 'next: slot > now ? undefined : takeSlot(slots, rules, now, slot) }',
    by: { script: 'what waits for a service is told message by message, never more than it takes' },
  },
  {
    name: 'a free slot is not written down',
    file: 'shared/sending/limited.ts',
    find: 'next: takeSlot(slots, rules, now, slot) }',
    replace: 'next: slot > now ? takeSlot(slots, rules, now, slot) : slots }',
    by: { script: 'what waits for a service is told message by message, never more than it takes' },
  },
  {
    name: 'a message begins whenever its sender is ready',
    file: 'shared/sending/limited.ts',
    find: 'attemptTogether(all, slot + LATE_MS, deps)',
    replace: 'attemptTogether(all, Number.POSITIVE_INFINITY, deps)',
    by: { script: 'a slot that is late is not used' },
  },
  {
    name: 'a place that refused messages is not left alone',
    file: 'shared/sending/limited.ts',
    find: 'next: blockSlots(slots, until) }',
    replace: 'next: slots }',
    by: { script: 'a place that is busy is left alone by every group' },
  },
  {
    name: 'a delivery that waits has no message that comes again',
    file: 'shared/sending/limited.ts',
    find: 'const delayMs = Math.max(0, (due.turn?.until ?? 0) - clock.now())',
    replace: 'const delayMs = 15 * MINUTE',
    by: { script: 'what waits for a service is told message by message, never more than it takes' },
  },
  {
    name: 'what waited is sent after the clock was set back',
    file: 'shared/sending/limited.ts',
    find: 'return turn !== undefined && now + CLOCKS_DIFFER_MS < Math.max(turn.sentAt, turn.until)',
    replace: 'return turn === undefined && now < CLOCKS_DIFFER_MS',
    by: { script: 'what waits when the clock is set back is told once, by the present clock' },
  },
  {
    name: 'a delivery without a slot counts as told',
    file: 'shared/sending/limited.ts',
    find: "return { kind: 'refused', at: now, reason: 'limited', detail, retryAfterMs: Math.max(SECOND, until - now) + later }",
    replace: "return { kind: 'arrived', at: now, note: detail + until + later }",
    by: { script: 'what finds no slot in time is told later, as it is then, and waits count as no failures' },
  },
  {
    name: 'a message with several deliveries is reported for those that it does not tell of',
    file: 'shared/sending/together.ts',
    find: 'digest: all.map((one) => one.delivery),',
    replace: 'digest: all.slice(0, 2).map((one) => one.delivery),',
    by: { script: 'what waits for a robot is told in one message' },
  },
  {
    name: 'a message tells of deliveries that others have claimed',
    file: 'shared/sending/attempt.ts',
    find: "if (!claim) taken.push(bestEffort('report', () => drop(one, 'taken', deps), due, deps))\n    else",
    replace: 'if (!claim) void taken\n   ',
    by: { script: 'of two copies of a message that waits, one is sent' },
  },
  {
    name: 'what has no room in a message waits until somebody asks again',
    file: 'shared/sending/limited.ts',
    find: 'if (next === undefined) return',
    replace: 'if (next !== undefined) return',
    by: { script: 'what has no room in the message has the next slot' },
  },
]
