import { HOUR, MINUTE } from '../../../shared/base/time.ts'
import { type Hears, nth, type Script, type ScriptPost } from '../scripts.ts'

/** Alerts of groups of their own, which begin to fire one after the other within a tenth of a second. */
function together(second: number, ...names: string[]): ScriptPost[] {
  return names.map((name, index) => [second + index / 100, name, { group: name.replace('-', '') }])
}

/** The same alert in several groups. */
function inGroups(second: number, what: string, count: number): ScriptPost[] {
  return times(count, second).map((at, index) => [at + index / 100, what, { group: String(index) }])
}

function times<T>(count: number, one: T): T[] {
  return Array.from({ length: count }, () => one)
}

/** Receivers that take a limited number of messages: three in ten seconds, where nothing else is said. */
export const limits: Script[] = [
  {
    name: 'what waits for a robot is told in one message',
    limited: { type: 'robot' },
    posts: together(0.5, 'a', 'b', 'c', 'd', 'e'),
    hears: [
      [1.5, 1.6, 'a firing'],
      [3.1, 3.3, 'b firing'],
      [3.1, 3.3, 'c firing'],
      [3.1, 3.3, 'd firing'],
      [3.1, 3.3, 'e firing'],
    ],
  },
  {
    name: 'what has no room in the message has the next slot',
    limited: { type: 'robot' },
    posts: together(0.5, ...'abcdefghijkl'),
    hears: [
      [1.5, 1.6, 'a firing'],
      ...[...'bcdef'].map((name): [number, number, string] => [3.1, 3.3, `${name} firing`]),
      ...[...'ghijk'].map((name): [number, number, string] => [4.7, 4.9, `${name} firing`]),
      [17.5, 17.9, 'l firing'],
    ],
  },
  {
    name: 'what waits for a service is told message by message, never more than it takes',
    limited: { type: 'service' },
    posts: together(0.5, 'a', 'b', 'c', 'd'),
    hears: [
      [1.5, 1.6, 'a firing'],
      [3.1, 3.2, 'b firing'],
      [4.7, 4.8, 'c firing'],
      [17.5, 17.6, 'd firing'],
    ],
  },
  {
    name: 'a place that is busy is left alone by every group',
    limited: { type: 'robot' },
    posts: [...together(0.5, 'a'), ...together(3, 'b'), ...together(20, 'c')],
    answers: (_, request) => (request === 1 ? 'is busy' : undefined),
    hears: [
      [31.5, 31.6, 'b firing'],
      [31.5, 31.6, 'c firing'],
      [31.5, 34, 'a firing'],
    ],
  },
  {
    name: 'what finds no slot in time is told later, as it is then, and waits count as no failures',
    limited: { type: 'service', limit: [{ most: 1, windowMs: 10 * MINUTE }] },
    posts: [...together(0.5, 'a', 'b'), ...together(60, '-b'), ...together(120, 'b')],
    stormMs: 12 * MINUTE,
    hears: [
      [1.5, 1.6, 'a firing'],
      [607, 612, 'b firing since 120'],
    ],
  },
  {
    name: 'a sender that dies with a slot loses the slot, and nothing else',
    limited: { type: 'robot' },
    posts: together(0.5, 'a', 'b', 'c'),
    effects: nth('notify', /^put slots/, 2, 'dies after'),
    hears: [
      [1.5, 1.6, 'a firing'],
      [3.1, 30, 'c firing'],
      [120, 200, 'b firing'],
    ],
  },
  {
    name: 'of two copies of a message that waits, one is sent',
    limited: { type: 'robot' },
    posts: together(0.5, 'a', 'b', 'c'),
    skewsMs: [0, 0],
    effects: () => (by, name) =>
      by.startsWith('notify') && name.startsWith('send 1 to deliveries') ? 'sends twice' : undefined,
    hears: [
      [1.5, 1.6, 'a firing'],
      [3.1, 3.3, 'b firing'],
      [3.1, 6, 'c firing'],
    ],
  },
  {
    name: 'a turn that is given as the clock is set back is not told when the clock is there again',
    limited: { type: 'service', limit: [{ most: 1, windowMs: 10_000 }] },
    hub: { wrongByMs: 10 * MINUTE, rightAtMs: 3000 },
    posts: [...together(0.5, 'a', 'b'), ...together(60, '-b')],
    // The second message is between its turn and the queue.
    effects: nth('notify', /^put slots/, 2, 2500),
    soonestCalmMs: 20 * MINUTE,
    hears: [
      [1.5, 1.6, 'a firing'],
      [10, 60, 'b firing'],
      [60, 70, 'b resolved'],
    ],
  },
  {
    name: 'what waits when the clock is set back is told once, by the present clock',
    limited: { type: 'service', limit: [{ most: 1, windowMs: MINUTE }] },
    posts: together(0.5, 'a', 'b'),
    hub: { wrongByMs: 60 * MINUTE, rightAtMs: 20_000 },
    stormMs: 70 * MINUTE,
    hears: [
      [1.5, 1.6, 'a firing'],
      [67, 180, 'b firing'],
    ],
  },
  {
    name: 'what waited when the clock is set back keeps no place in the messages of a robot',
    reported: true,
    limited: { type: 'robot' },
    posts: [...inGroups(0.5, 'a', 8), ...inGroups(60, '-a', 6)],
    hub: { wrongByMs: HOUR, rightAtMs: 2000 },
    hears: [
      [1.5, 1.6, 'a firing'],
      [3, 10, 'a firing'],
      ...times<Hears>(5, [15, 30, 'a firing']),
      [16, 35, 'a firing'],
      // Nothing that waited before is among what waits now.
      [61, 65, 'a resolved'],
      ...times<Hears>(5, [62, 66.5, 'a resolved']),
    ],
  },
  {
    name: 'a slot that is late is not used',
    reported: true,
    limited: { type: 'service' },
    posts: together(0.5, 'a', 'b'),
    effects: nth('notify', /^put claims/, 2, 5000),
    hears: [
      [1.5, 1.6, 'a firing'],
      [8.2, 14, 'b firing'],
    ],
  },
]
