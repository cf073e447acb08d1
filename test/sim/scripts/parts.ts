import { during, nth, type Script, type ScriptPost } from '../scripts.ts'

/** Large groups: alerts that do not fit into one body or one item. */

const ONE_ALERT = 300
const TWO_ALERTS = 600
const three = (second: number, sign = ''): ScriptPost[] => ['a', 'b', 'c'].map((name) => [second, sign + name])

export const parts: Script[] = [
  {
    name: 'alerts that do not fit into one body are told in several, the oldest news first',
    posts: [
      [0.5, 'c'],
      [0.6, 'b'],
      [0.7, 'a'],
    ],
    bodyBytes: TWO_ALERTS,
    hears: [
      [1.5, 1.6, 'b firing, c firing'],
      [1.5, 1.6, 'a firing'],
    ],
  },
  {
    name: 'an end that a body cut off is told by the next body',
    reported: true,
    posts: [...three(0.5), ...three(5, '-')],
    bodyBytes: TWO_ALERTS,
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [1.5, 1.6, 'c firing'],
      [11.5, 11.6, 'a resolved, b resolved'],
      [11.5, 11.6, 'c resolved'],
    ],
  },
  {
    name: 'one new alert in a group larger than a body is told alone',
    posts: [...three(0.5), [5, 'd'], [15, '-b']],
    bodyBytes: TWO_ALERTS,
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [1.5, 1.6, 'c firing'],
      [11.5, 11.6, 'd firing'],
      [21.5, 21.6, 'b resolved'],
    ],
  },
  {
    name: 'a part whose answer is lost is told again, and no other part is',
    posts: three(0.5),
    bodyBytes: ONE_ALERT,
    answers: (_, request) => (request === 2 ? 'loses its answer' : undefined),
    hears: [
      [1.5, 1.6, 'a firing'],
      [1.5, 1.6, 'b firing'],
      [1.6, 9, 'b firing'],
      [1.6, 9, 'c firing'],
    ],
  },
  {
    name: 'an end between two parts is told, and its beginning is not',
    posts: [...three(0.5), [3, '-b']],
    bodyBytes: ONE_ALERT,
    effects: () => during(1, 2, 'notify', /^send 1 to alerts/, 5000),
    hears: [
      [1.5, 1.6, 'a firing'],
      [6.5, 6.6, 'c firing'],
      [6.5, 6.6, 'b resolved'],
    ],
  },
  {
    name: 'a worker that dies between two parts leaves no part untold',
    posts: [...three(0.5), ...three(200, '-')],
    bodyBytes: ONE_ALERT,
    effects: nth('dispatch', /^send 1 to deliveries/, 2, 'dies before'),
    hears: [
      [1.5, 1.6, 'a firing'],
      [1.5, 190, 'b firing'],
      [1.5, 190, 'c firing'],
      [200, 220, 'a resolved'],
      [200, 220, 'b resolved'],
      [200, 220, 'c resolved'],
    ],
  },
  {
    name: 'words of several items are there before the ledger that names them, however slow their write is',
    posts: ['a', 'b'].map((name) => [0.5, name, { bytes: 250_000 }]),
    effects: () => during(0, 9, 'dispatch', /^put words#/, 300),
    hears: [[1.5, 6, 'a firing, b firing']],
  },
  {
    name: 'a receiver that is told of each alert by itself hears no alert beside the news of another',
    partAlerts: 1,
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [5, 'c'],
      [6, '-a'],
    ],
    hears: [
      [1.5, 1.6, 'a firing'],
      [1.5, 1.7, 'b firing'],
      [11.5, 11.6, 'c firing'],
      [11.5, 11.7, 'a resolved'],
    ],
  },
]
