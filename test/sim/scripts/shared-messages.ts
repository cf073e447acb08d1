import type { Policy } from '../../../shared/config/config.ts'
import { nth, type Script } from '../scripts.ts'

/** A second way to the same receiver: a second group, whose delivery shares the message of the first. */
const TWO_GROUPS: Partial<Policy>[] = [{}, { id: 'second', routeKey: '{}/{second}' }]

const both = (from: number, until: number): Script['hears'] => [
  [from, until, 'a firing'],
  [from, until, 'a firing'],
]

/** A message of several deliveries: each of them is attempted, comes again and is given up by itself. */
export const sharedMessages: Script[] = [
  {
    name: 'of two deliveries in one message each is told once, however often the message comes',
    posts: [[0.5, 'a']],
    policies: TWO_GROUPS,
    skewsMs: [0, 1],
    effects: () => (worker, effect) => {
      if (/^send 1 to deliveries/.test(effect)) return 'sends twice'
      return worker.startsWith('notify') && effect.startsWith('put claims#') ? 200 : undefined
    },
    hears: both(1.5, 2),
  },
  {
    name: 'a delivery does not wait for another one in its message whose target hangs',
    posts: [[0.5, 'a']],
    policies: TWO_GROUPS,
    answers: (_, request) => (request === 1 ? 'hangs' : undefined),
    // The target took what it did not answer.
    hears: [
      [1.5, 1.6, 'a firing'],
      [6, 7, 'a firing'],
      [7, 30, 'a firing'],
    ],
  },
  {
    name: 'a delivery that is tried again comes alone: what arrived beside it is not told again',
    posts: [[0.5, 'a']],
    policies: TWO_GROUPS,
    answers: (_, request) => (request === 1 ? 'refuses' : undefined),
    hears: [
      [1.5, 1.6, 'a firing'],
      [2, 30, 'a firing'],
    ],
  },
  {
    name: 'a delivery that waits for its slot waits alone',
    posts: [[0.5, 'a']],
    policies: TWO_GROUPS,
    limited: { type: 'service', limit: [{ most: 1, windowMs: 20_000 }] },
    hears: [
      [1.5, 1.6, 'a firing'],
      [21.5, 28, 'a firing'],
    ],
  },
  {
    name: 'deliveries of one message that could not be begun come again soon',
    posts: [[0.5, 'a']],
    policies: TWO_GROUPS,
    effects: nth('notify', /^put claims#/, 1, 'fails'),
    hears: both(6.5, 7),
  },
  {
    name: 'a message of several deliveries comes again when the queue takes no messages of the single ones',
    posts: [[0.5, 'a']],
    policies: TWO_GROUPS,
    effects: () => {
      const claims = nth('notify', /^put claims#/, 1, 'fails')()
      const sends = nth('notify', /^send 2 to deliveries/, 1, 'takes none')()
      return (...effect) => claims(...effect) ?? sends(...effect)
    },
    hears: both(1.9, 10),
  },
  {
    name: 'a worker that dies with a message of several deliveries leaves none untold, and tells none twice',
    posts: [[0.5, 'a']],
    policies: TWO_GROUPS,
    effects: nth('notify', /^put claims#/, 1, 'dies before'),
    hears: both(121, 125),
  },
]
