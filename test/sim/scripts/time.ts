import { DAY, HOUR } from '../../../shared/base/time.ts'
import { during, nth, type Script, type ScriptPost } from '../scripts.ts'

/** Ticks, clocks and memory. */
export const time: Script[] = [
  {
    name: 'what waits when the clock is set back is told within its own interval',
    posts: [
      [0.5, 'a'],
      [3, 'b'],
    ],
    hub: { wrongByMs: HOUR, rightAtMs: 5000 },
    hears: [
      [1.5, 1.6, 'a firing'],
      [11, 15.6, 'a firing, b firing'],
    ],
  },
  {
    name: 'a resolve and a new firing after the clock was set back are told',
    posts: [
      [0.5, 'a'],
      [8, '-a'],
      [25, 'a'],
    ],
    hub: { wrongByMs: HOUR, rightAtMs: 5000 },
    hears: [
      [1.5, 1.6, 'a firing'],
      [11, 15.6, 'a resolved'],
      [25, 36, 'a firing'],
    ],
  },
  {
    name: 'an alert that left fires anew after the clock was set back',
    posts: [
      [0.5, 'a'],
      [2, '-a'],
      [15, 'a'],
    ],
    hub: { wrongByMs: HOUR, rightAtMs: 13_000 },
    hears: [
      [1.5, 1.6, 'a firing'],
      [11.5, 11.6, 'a resolved'],
      [16, 26, 'a firing'],
    ],
  },
  {
    name: 'an end that a muting holds back is explained by an entry of a clock that was wrong then',
    posts: [
      [0.5, 'b'],
      [5, 'a'],
      [40, '-b'],
    ],
    inhibits: true,
    hub: { wrongByMs: -DAY, rightAtMs: 15_000 },
    notes: ['not-told undefined inhibited', 'not-told undefined end-waits'],
    hears: [
      [1.5, 1.6, 'b firing'],
      [11.5, 11.6, 'a firing'],
    ],
  },
  {
    name: 'an alert that was over when the clock was set back inhibits nothing',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [3, '-a'],
    ],
    inhibits: true,
    hub: { wrongByMs: HOUR, rightAtMs: 5000 },
    hears: [
      [1.5, 1.6, 'a firing'],
      [11, 26, 'a resolved, b firing'],
    ],
  },
  {
    name: 'an alert that nobody repeats after the clock was set back inhibits no longer than its recovery time',
    posts: [
      [0.5, 'a'],
      ...[0.6, 30, 60, 90, 120, 150, 180].map((second): ScriptPost => [second, 'b']),
      [190, '-a'],
      [190.1, '-b'],
    ],
    inhibits: true,
    recoverAfterMs: 60_000,
    hub: { wrongByMs: HOUR, rightAtMs: 5000 },
    hears: [
      [1.5, 1.6, 'a firing'],
      [65, 76, 'a resolved, b firing'],
      [190, 200, 'a resolved, b resolved'],
    ],
  },
  {
    name: 'a worker whose clock is slow tells no later than its clock',
    posts: [[0.5, 'a']],
    skewsMs: [-3000],
    hears: [[1.5, 6, 'a firing']],
  },
  {
    name: 'a worker whose clock is fast tells no earlier than its clock',
    posts: [[5.5, 'a']],
    skewsMs: [3000],
    hears: [[3.5, 7, 'a firing']],
  },
  {
    name: 'a delivery that a clock ahead of the others has opened is not sent when its time is over',
    posts: [
      [0.5, 'a'],
      [10, '-a'],
    ],
    skewsMs: [DAY],
    setRightAtMs: 2000,
    // The sender of the beginning dies. Its message comes again after minutes, behind the end, which was told meanwhile.
    effects: nth('notify', /^put claims/, 1, 'dies before'),
    hears: [[122, 135, 'a resolved']],
  },
  {
    name: 'a wake that comes early by the clock of who takes it is armed again',
    posts: [[0.5, 'a']],
    policies: [{ groupWaitMs: 10_000 }],
    skewsMs: [2000, 0],
    hears: [[10.5, 11.6, 'a firing']],
  },
  {
    name: 'what is received after a tick waits for the next, though one batch brings both',
    posts: [
      [0.5, 'a'],
      [1.4, 'c', { group: 'h' }],
      [1.7, 'b'],
    ],
    // The only worker is busy until the tick has come and `b` is there.
    effects: () => during(1.4, 1.41, 'dispatch', /^get silences/, 600),
    hears: [
      [2, 2.1, 'a firing'],
      [2, 3.1, 'c firing'],
      [11.5, 11.6, 'a firing, b firing'],
    ],
  },
  {
    name: 'what is received before a tick and read after it is told',
    posts: [
      [0.5, 'a'],
      [11, 'b'],
    ],
    skewsMs: [0, 0],
    effects: nth('dispatch', /^get config/, 4, 2000),
    hears: [
      [1.5, 1.6, 'a firing'],
      [11.5, 22, 'a firing, b firing'],
    ],
  },
  {
    name: 'a resolve just before a tick is told at it, and a firing just after begins anew',
    posts: [
      [0.5, 'a'],
      [11.499, '-a'],
      [11.502, 'b'],
      [25, '-b'],
    ],
    hears: [
      [1.5, 1.6, 'a firing'],
      [11.5, 11.6, 'a resolved'],
      [12.5, 12.6, 'b firing'],
      [32.5, 32.6, 'b resolved'],
    ],
  },
  {
    name: 'the same alert, when all was forgotten, is told at once',
    posts: [
      [0.5, 'a', { sinceMs: 500, endsAfterMs: 12_000 }],
      [3600, 'a', { sinceMs: 500, endsAfterMs: 12_000 }],
    ],
    policies: [{ repeatIntervalMs: 60_000 }],
    stormMs: 70 * 60_000,
    hears: [
      [1.5, 1.6, 'a firing'],
      [12, 22, 'a resolved'],
      [3600, 3600.1, 'a firing'],
      [3612, 3622, 'a resolved'],
    ],
  },
  {
    name: 'an alert that is over by a fast clock only is compared again when it is over',
    reported: true,
    posts: [
      [0.5, 'a', { endsAfterMs: 10_500 }],
      [8, 'b'],
      [13, 'c'],
    ],
    policies: [{ groupWaitMs: 0 }],
    // The fast worker flushes while the first delivery is open, the slow worker takes the outcome.
    skewsMs: [0, 2000],
    effects: () => during(0, 1, 'notify', /^send 1 to alerts/, 10_200),
    hears: [
      [0.5, 0.6, 'a firing'],
      [10.7, 10.8, 'a firing, b firing'],
      [18, 21, 'a resolved, b firing, c firing'],
    ],
  },
]
