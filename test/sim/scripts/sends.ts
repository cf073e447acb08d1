import { during, nth, type Script } from '../scripts.ts'

/** A delivery and its attempts: the sender, the time and the id of an attempt. */
export const sends: Script[] = [
  {
    name: 'two senders with the same message send once',
    posts: [[0.5, 'a']],
    // Unequal clocks, so that the writes of the two senders are unequal too.
    skewsMs: [0, 1],
    effects: () => (worker, effect) => {
      if (/^send 1 to deliveries/.test(effect)) return 'sends twice'
      // The two senders are about to begin before either has written so.
      return worker.startsWith('notify') && effect.startsWith('put claims#') ? 200 : undefined
    },
    hears: [[1.5, 2, 'a firing']],
  },
  {
    name: 'an arrival that nobody reported is found at the next look',
    posts: [
      [0.5, 'a'],
      [20, 'b'],
    ],
    hears: [
      [1.5, 1.6, 'a firing'],
      [21.5, 21.6, 'a firing, b firing'],
    ],
  },
  {
    name: 'an arrival that is kept late, while the target has news, is found soon',
    posts: [
      [0.5, 'a'],
      [5, 'b'],
    ],
    effects: nth('notify', /^put claims#/, 2, 12_000),
    hears: [
      [1.5, 1.6, 'a firing'],
      [13.4, 20, 'a firing, b firing'],
    ],
  },
  {
    name: 'a copy that finds its attempt begun knows nothing of how it ends',
    posts: [[0.5, 'a']],
    skewsMs: [0, 0],
    effects: () => (worker, effect, at) =>
      during(1, 2, 'dispatch', /^send 1 to deliveries/, 'sends twice')(worker, effect, at) ??
      during(1, 1.6, 'notify-1', /^get config/, 100)(worker, effect, at) ??
      during(1, 1.6, 'notify-0', /^send 1 to alerts/, 1000)(worker, effect, at),
    answers: (_, request) => (request === 1 ? 'refuses' : undefined),
    hears: [[2, 6, 'a firing']],
  },
  {
    name: 'a sender that dies before it begins leaves no old words behind',
    posts: [
      [0.5, 'a'],
      [60, '-a'],
    ],
    // The sender's message comes again after the group gave the attempt up, and told the truth since.
    effects: nth('notify', /^get config/, 1, 'dies before'),
    hears: [[121, 125, 'a resolved']],
  },
  {
    name: 'a sender that stands still between its claim and its send sends nothing any more',
    posts: [
      [0.5, 'a'],
      [60, '-a'],
    ],
    skewsMs: [0, 0],
    effects: nth('notify', /^put claims#/, 1, 'stands still after'),
    stormMs: 15 * 60_000,
    hears: [[121, 125, 'a resolved']],
  },
  {
    name: 'a sender that begins late gives up before the group does',
    posts: [
      [0.5, 'a'],
      [60, '-a'],
    ],
    effects: nth('notify', /^get config/, 1, 117_000),
    answers: (_, request) => (request === 1 ? 'takes at the end' : undefined),
    hears: [
      [118, 121.4, 'a firing'],
      [118, 125, 'a resolved'],
    ],
  },
  {
    name: 'a sender whose attempts all die is overtaken by one that does not',
    posts: [[0.5, 'a']],
    stormMs: 40 * 60_000,
    effects: () => {
      let lives = 0
      return (worker, effect) => {
        if (!worker.startsWith('notify') || !effect.startsWith('get config')) return undefined
        return ++lives <= 40 ? 'dies before' : undefined
      }
    },
    // By then the back-off is an hour, give or take half of it.
    hears: [[0, 8000, 'a firing']],
  },
  {
    name: 'an end that is tried again between ticks leaves what fires anew to the next tick',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [5, '-a'],
      [5.1, '-b'],
      [11.6, 'b'],
      [18, '-b'],
    ],
    // Elsewhere what a message does not mention stays known as for muted alerts.
    policies: [{ silencedEnds: 'dropped' }],
    answers: (_, request) => (request === 2 ? 'refuses' : undefined),
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [11.6, 17, 'a resolved'],
      [21.5, 21.6, 'b resolved'],
    ],
  },
  {
    name: 'the same words again are sent under the same id while nothing else was tried',
    posts: [[0.5, 'a']],
    answers: (_, request) => (request === 1 ? 'loses its answer' : undefined),
    hears: [
      [1.5, 1.6, 'a firing'],
      [1.6, 3, 'a firing'],
    ],
  },
  {
    name: 'an id that may have been heard before other words is not used again',
    posts: [
      [0.5, 'a', { sinceMs: 500 }],
      [1.55, '-a', { sinceMs: 500 }],
      [4, 'a', { sinceMs: 500 }],
    ],
    effects: nth('notify', /^send 1 to alerts/, 2, 5000),
    answers: (_, request) => (request <= 2 ? 'loses its answer' : undefined),
    hears: [
      [1.5, 1.6, 'a firing'],
      [1.6, 3, 'a resolved'],
      [6, 20, 'a firing'],
    ],
  },
  {
    name: 'another episode of an alert is another message',
    posts: [
      [0.5, 'a'],
      [3, '-a'],
      [4, 'a'],
    ],
    effects: nth('notify', /^send 1 to alerts/, 1, 5000),
    answers: (_, request) => (request === 1 ? 'loses its answer' : undefined),
    hears: [
      [1.5, 1.6, 'a firing since 0.5'],
      [6, 9, 'a firing since 4'],
    ],
  },
  {
    name: 'an attempt that was given up is not begun when its contents are written again',
    posts: [[0.5, 'a']],
    skewsMs: [0, 0],
    // The first attempt's message has two copies, and one copy is slow; the second attempt's message is slower.
    effects: () => (worker, effect, at) =>
      during(1, 1.6, 'dispatch', /^send 1 to deliveries/, 'sends twice')(worker, effect, at) ??
      during(1, 1.6, 'notify-1', /^get config/, 1500)(worker, effect, at) ??
      during(1.6, 3, 'dispatch', /^send 1 to deliveries/, 3000)(worker, effect, at),
    answers: (_, request) => (request === 1 ? 'refuses' : undefined),
    hears: [[4, 8, 'a firing']],
  },
  {
    name: 'the outcome of an attempt that was given up is not that of the next',
    reported: true,
    posts: [
      [0.5, 'a'],
      [60, '-a'],
    ],
    skewsMs: [0, 0],
    // The attempt arrives, and its outcome comes when the resolve is on its way, which is refused at first.
    effects: () => (worker, effect, at) =>
      during(1, 2, 'notify', /^send 1 to alerts/, 125_000)(worker, effect, at) ??
      during(121, 125, 'notify', /^get config/, 10_000)(worker, effect, at),
    answers: (_, request) => (request === 2 ? 'refuses' : undefined),
    hears: [
      [1.5, 1.6, 'a firing'],
      [130, 250, 'a resolved'],
    ],
  },
  {
    name: 'nothing is opened while a delivery is open, and what a tick found then is told after it',
    reported: true,
    posts: [
      [0.5, 'a'],
      [5, 'b'],
    ],
    skewsMs: [0, 0],
    effects: () => during(1, 2, 'notify', /^send 1 to alerts/, 15_000),
    hears: [
      [1.5, 1.6, 'a firing'],
      [16.5, 16.6, 'a firing, b firing'],
    ],
  },
  {
    name: 'an end that is tried again names the incident as its first attempt did, whoever has claimed it since',
    posts: [
      [0.5, 'a'],
      [1.55, '-a'],
    ],
    answers: (_, request) => (request <= 2 ? 'loses its answer' : undefined),
    effects: nth('notify', /^send 1 to alerts/, 2, 1000),
    claims: [2.5],
    hears: [
      [1.5, 1.6, 'a firing'],
      [1.6, 3, 'a resolved'],
      [3, 6, 'a resolved'],
    ],
  },
  {
    name: 'an end whose first attempt comes after its incident was closed names that incident',
    reported: true,
    posts: [
      [0.5, 'a'],
      [5, '-a'],
    ],
    effects: () => during(1, 2, 'notify', /^send 1 to alerts/, 15_000),
    hears: [
      [1.5, 1.6, 'a firing'],
      [16.5, 16.6, 'a resolved'],
    ],
  },
  {
    name: 'between two incidents only an end is told, and what fires waits for the tick that opens the next',
    reported: true,
    posts: [
      [0.5, 'a'],
      [5, '-a'],
      [13, 'b'],
    ],
    effects: () => during(1, 2, 'notify', /^send 1 to alerts/, 15_000),
    hears: [
      [1.5, 1.6, 'a firing'],
      [16.5, 16.6, 'a resolved'],
      [21.5, 21.6, 'b firing'],
    ],
  },
  {
    name: 'an account hears once that a target is paused, though the worker that paused it dies',
    posts: [[0.5, 'a']],
    answers: (_, request) => (request === 1 ? 'is gone' : undefined),
    effects: () => during(1.5, 1.9, 'dispatch', /^put paused#ops/, 'dies before'),
    hears: [],
  },
  {
    name: 'an account hears once that a target is paused, though the worker that saved it dies after it told so',
    posts: [[0.5, 'a']],
    answers: (_, request) => (request === 1 ? 'is gone' : undefined),
    effects: () => during(1.5, 1.9, 'dispatch', /^put paused#ops/, 'dies after'),
    hears: [],
  },
  {
    name: 'an account hears that a target is paused, though the queue did not take the alert',
    posts: [[0.5, 'a']],
    answers: (_, request) => (request === 1 ? 'is gone' : undefined),
    // The first three are wakes: for the flush, the deadline, and the look whether the pause is announced.
    effects: nth('dispatch', /^send 1 to alerts/, 4, 'takes none'),
    hears: [],
    hearsOfItself: [61.5, 70],
  },
  {
    name: 'an account hears that a target works again',
    posts: [[0.5, 'a']],
    answers: (_, request) => (request === 1 ? 'is gone' : undefined),
    changes: [{ atMs: 30_000, policies: [{}] }],
    hears: [[30, 45, 'a firing']],
  },
  {
    name: 'who may have heard before a refusal is owed the resolve',
    posts: [
      [0.5, 'a'],
      [3, '-a'],
    ],
    answers: (_, request) => (request === 1 ? 'loses its answer' : request <= 4 ? 'refuses' : undefined),
    hears: [
      [1.5, 1.6, 'a firing'],
      [3, 20, 'a resolved'],
    ],
  },
  {
    name: 'a resolve in doubt leaves nobody sure that the alert fires',
    posts: [
      [0.5, 'a'],
      [5, '-a'],
      [13, 'a'],
    ],
    answers: (_, request) => (request === 2 ? 'loses its answer' : undefined),
    effects: () => during(11, 12, 'notify', /^send 1 to alerts/, 5000),
    hears: [
      [1.5, 1.6, 'a firing'],
      [11.5, 11.6, 'a resolved'],
      // The incident of the new firing is opened by the next tick.
      [21.5, 21.6, 'a firing'],
    ],
  },
  {
    name: 'retries that are slower than the ticks tell what is, once',
    posts: [
      [0.5, 'a'],
      [20, 'b'],
      [40, '-a'],
    ],
    policies: [{ groupIntervalMs: 2000 }],
    answers: (_, request) => (request <= 7 ? 'refuses' : undefined),
    hears: [[40, 250, 'a resolved, b firing']],
  },
]
