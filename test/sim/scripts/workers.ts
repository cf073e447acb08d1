import { during, nth, type Script } from '../scripts.ts'
import { EPOCH } from '../world.ts'

/** Workers at the same head, and messages lost between a decision and the send. */
export const workers: Script[] = [
  {
    name: 'a head that was dropped and born again is not the one that was read',
    posts: [
      [0.5, 'a'],
      [2, 'b'],
      [12, 'c'],
    ],
    skewsMs: [0, 0],
    // The worker that adds `b` has read the second save of a head, and saves when another head of the same key has had
    // its second save.
    effects: () => (worker, effect, at) =>
      during(1, 2, 'notify', /^send 1 to alerts/, 2000)(worker, effect, at) ??
      during(2, 3, 'dispatch', /^put head/, 13_000)(worker, effect, at),
    changes: [
      { atMs: 5000, policies: [{ id: 'other', routeKey: '{}/{other}' }] },
      { atMs: 10_000, policies: [{}] },
    ],
    hears: [
      [1.5, 1.6, 'a firing'],
      [15, 30, 'a firing, b firing, c firing'],
    ],
  },
  {
    name: 'what the queue did not take is not accepted',
    posts: [[0.5, 'a']],
    effects: () => during(0, 1, 'ingest', /^send 1 to alerts/, 'takes none'),
    hears: [[1.5, 4, 'a firing']],
  },
  {
    name: 'contents that are slow to be written are there before their head',
    posts: [[0.5, 'a']],
    effects: () => during(0, 9, 'dispatch', /^put ledger#/, 300),
    hears: [[1.8, 1.9, 'a firing']],
  },
  {
    name: 'words too large for a ledger are there before the ledger, however slow their write is',
    posts: [[0.5, 'a', { bytes: 140_000 }]],
    effects: () => during(0, 9, 'dispatch', /^put words#/, 300),
    hears: [[1.8, 1.9, 'a firing']],
  },
  {
    name: 'texts that are slow to be written are there before their head',
    posts: ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [0.5, name, { bytes: 6000 }]),
    effects: () => during(0, 9, 'dispatch', /^put texts#/, 300),
    hears: [[1.5, 6, 'a firing, b firing, c firing, d firing, e firing, f firing']],
  },
  {
    name: 'a crash right after a large head leaves a whole group',
    posts: ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [0.5, name, { bytes: 6000 }]),
    effects: nth('dispatch', /^put head/, 2, 'dies after'),
    hears: [[1.5, 130, 'a firing, b firing, c firing, d firing, e firing, f firing']],
  },
  {
    name: 'a crash right before a large head leaves the last one whole',
    posts: [
      ...['a', 'b', 'c', 'd'].map((name): [number, string, object] => [0.5, name, { bytes: 6000 }]),
      [20, 'e', { bytes: 6000 }],
    ],
    effects: () => during(20, 20.1, 'dispatch', /^put head/, 'dies before'),
    hears: [
      [1.5, 1.6, 'a firing, b firing, c firing, d firing'],
      [180, 220, 'a firing, b firing, c firing, d firing, e firing'],
    ],
  },
  {
    name: 'an alert that changes in a large group is written for the worker that comes next',
    posts: [
      ...['a', 'b', 'c', 'd', 'e', 'f'].map((name): [number, string, object] => [0.5, name, { bytes: 6000 }]),
      [20, '-a', { bytes: 6000 }],
    ],
    // The worker with the knowledge of the resolve dies before the tick that tells of the resolve.
    effects: () => during(21.4, 21.6, 'dispatch', /^get config/, 'dies before'),
    hears: [
      [1.5, 1.6, 'a firing, b firing, c firing, d firing, e firing, f firing'],
      [120, 230, 'a resolved, b firing, c firing, d firing, e firing, f firing'],
    ],
  },
  {
    name: 'a crash right before a head with new texts leaves the old texts',
    posts: [
      [0.5, 'a', { bytes: 6000 }],
      [20, 'a', { bytes: 6500 }],
      [300, '-a', { bytes: 6500 }],
    ],
    effects: () => during(20, 20.1, 'dispatch', /^put head/, 'dies before'),
    hears: [
      [1.5, 1.6, 'a firing'],
      [300, 320, 'a resolved'],
    ],
  },
  {
    name: 'two workers on one head: neither undoes the other',
    posts: [
      [0.5, 'a'],
      [0.7, 'b'],
    ],
    skewsMs: [0, 0],
    // The first worker has read the head when the second worker saves the head.
    effects: nth('dispatch-0', /^put head/, 1, 500),
    hears: [[1.5, 2, 'a firing, b firing']],
  },
  {
    name: 'two workers on one head write the same entries of the timeline, whoever wins',
    posts: [
      [0.5, 'a'],
      [3, 'b'],
      [11.7, 'c'],
    ],
    skewsMs: [0, 0],
    // The first worker knows the outcome of the second message, and has written the four entries of the head, when the
    // second worker saves `c`.
    effects: () => {
      let [sent, slow] = [false, false]
      return (worker, effect, at) => {
        if (at < EPOCH + 11_500 || !worker.startsWith('dispatch')) return undefined
        if (/^send 1 to deliveries/.test(effect)) sent = true
        if (!sent || slow || effect !== 'put head') return undefined
        slow = true
        return 500
      }
    },
    hears: [
      [1.5, 1.6, 'a firing'],
      [11.5, 11.6, 'a firing, b firing'],
      [21.5, 21.6, 'a firing, b firing, c firing'],
    ],
  },
  {
    name: 'entries of the timeline that are slow to be written are there before their head',
    reported: true,
    posts: [
      [0.5, 'a'],
      [3, 'b'],
      [13, 'c'],
      [23, 'd'],
    ],
    effects: () => during(11, 45, 'dispatch', /^put log#/, 300),
    hears: [
      [1.5, 1.6, 'a firing'],
      [11.5, 11.6, 'a firing, b firing'],
      [21.5, 21.6, 'a firing, b firing, c firing'],
      [31.5, 31.6, 'a firing, b firing, c firing, d firing'],
    ],
  },
  {
    name: 'what was decided before a send failed is sent with the message that comes again',
    posts: [[0.5, 'a']],
    effects: nth('dispatch', /^send 1 to deliveries/, 1, 'fails'),
    hears: [[1.5, 6, 'a firing']],
  },
  {
    name: 'a wake for a new group finds its head, however slow the write of the head is',
    posts: [[0.5, 'a']],
    policies: [{ groupWaitMs: 100 }],
    skewsMs: [0, 0],
    effects: nth('dispatch', /^put head/, 1, 1000),
    hears: [[1.5, 2, 'a firing']],
  },
  {
    name: 'a worker that stands still before it saves undoes nothing of what others saved since',
    posts: [
      [0.5, 'a'],
      [5, 'b'],
    ],
    skewsMs: [0, 0],
    effects: () => during(5, 5.1, 'dispatch', /^get head/, 'stands still after'),
    stormMs: 15 * 60_000,
    hears: [
      [1.5, 1.6, 'a firing'],
      [185, 195, 'a firing, b firing'],
    ],
  },
  {
    name: 'a delivery whose message was sent before its sender failed is sent once',
    posts: [[0.5, 'a']],
    skewsMs: [0, 0],
    // The delivery is still open when its message is sent again.
    effects: () => (worker, effect, at) =>
      during(1, 2, 'dispatch', /^send 1 to deliveries/, 'loses its answer')(worker, effect, at) ??
      during(1, 2, 'notify', /^send 1 to alerts/, 10_000)(worker, effect, at),
    hears: [[1.5, 1.6, 'a firing']],
  },
  {
    name: 'what was decided before a crash is told after the deadline',
    posts: [[0.5, 'a']],
    effects: nth('dispatch', /^send 1 to deliveries/, 1, 'dies before'),
    hears: [[100, 130, 'a firing']],
  },
  {
    name: 'a crash after the contents and before the head tells nobody of them',
    posts: [
      [0.5, 'a'],
      [30, '-a'],
    ],
    effects: nth('dispatch', /^put head/, 2, 'dies before'),
    hears: [],
  },
  {
    name: 'wakes that the queue did not take are found by sweep',
    posts: [
      [0.5, 'a'],
      [0.6, 'b', { group: 'h' }],
      [0.7, 'c', { group: 'i' }],
    ],
    effects: () => during(0, 5, 'dispatch', /^send \d to alerts/, 'takes none'),
    hears: [
      [60, 241, 'c firing'],
      [60, 241, 'a firing'],
      [60, 241, 'b firing'],
    ],
  },
  {
    name: 'a resolve that is older than what came before it is told',
    posts: [
      [0.5, 'a', { endsAfterMs: 10_000 }],
      [1.2, '-a'],
    ],
    skewsMs: [0, 0],
    // The resolve is posted before the first flush, and read when the alert has ended by itself.
    effects: () => during(1.2, 1.3, 'dispatch', /^get config/, 9800),
    hears: [
      [1.5, 1.6, 'a firing'],
      [11, 22, 'a resolved'],
    ],
  },
  {
    name: 'a firing that comes after its resolve was seen tells nobody',
    posts: [
      [0.5, 'a'],
      [2, '-a'],
    ],
    // The message of the firing comes again when the group has forgotten the alert, but keeps the tombstone.
    effects: nth('dispatch', /^get config/, 1, 'dies before'),
    hears: [],
  },
  {
    name: 'a firing that comes after it was told as resolved tells nobody',
    posts: [
      [0.5, 'a'],
      [3, 'a'],
      [11, '-a'],
    ],
    skewsMs: [0, 0],
    effects: () => during(3, 3.1, 'dispatch', /^get config/, 'dies before'),
    hears: [
      [1.5, 1.6, 'a firing'],
      [11.5, 11.6, 'a resolved'],
    ],
  },
  {
    name: 'an alert whose message was received too often is told when its queue is driven again',
    posts: [[0.5, 'a']],
    effects: () => during(0, 3000, 'dispatch', /^get config/, 'dies before'),
    stormMs: 50 * 60_000,
    hears: [[3000, 3001, 'a firing']],
  },
  {
    name: 'a source that comes with what it inhibits mutes it',
    posts: [
      [0.5, 'c', { group: 'h' }],
      [0.7, 'b'],
      [0.8, 'a'],
    ],
    policies: [{ groupWaitMs: 0 }],
    inhibits: true,
    // The only worker is busy until `b` and `a` are there.
    effects: () => during(0.5, 0.6, 'dispatch', /^get silences/, 500),
    hears: [
      [1, 1.1, 'c firing'],
      [1, 1.1, 'a firing'],
    ],
  },
]
