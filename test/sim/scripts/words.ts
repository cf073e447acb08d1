import { flow, PEOPLE, pages, step } from '../flows/words.ts'
import { nth, type Script } from '../scripts.ts'

/** The first day of these people is over after an hour. */
const SHORT_DAY = { ...PEOPLE, users: PEOPLE.users?.map((user) => ({ ...user, timeZone: 'Etc/GMT+1' })) }

/** Content templates that are edited while a message waits, and quotas of users. */
export const words: Script[] = [
  {
    name: 'a message that is tried again keeps its id and its words',
    says: 'one {{ alert.labels.name }}',
    posts: [[0.5, 'a']],
    answers: (_, request) => (request <= 2 ? 'loses its answer' : undefined),
    changes: [{ atMs: 2000, policies: [{}] }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [1.6, 60, 'a firing'],
      [1.6, 120, 'a firing'],
    ],
  },
  {
    name: 'a message whose template is edited while it waits has another id: an id always says the same',
    says: 'one {{ alert.labels.name }}',
    posts: [[0.5, 'a']],
    answers: (_, request) => (request === 1 ? 'loses its answer' : undefined),
    changes: [{ atMs: 1550, policies: [{}], says: 'two {{ alert.labels.name }}' }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [1.6, 60, 'a firing'],
    ],
  },
  {
    name: 'a message that is tried again while its template is edited keeps its words',
    says: 'one {{ alert.labels.name }}',
    posts: [[0.5, 'a']],
    answers: (_, request) => (request === 1 ? 'loses its answer' : undefined),
    effects: nth('dispatch', /^send \d+ to deliveries/, 2, 3000),
    changes: [{ atMs: 3000, policies: [{}], says: 'two {{ alert.labels.name }}' }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [4, 10, 'a firing'],
    ],
  },
  {
    name: 'a message that the user may have got counts in the quota of the day',
    people: SHORT_DAY,
    quota: 1,
    policies: flow({ steps: [step(pages('amy'))] }),
    posts: [
      [0.5, 'a'],
      [60, '-a'],
    ],
    answers: (sink, request) => (sink === 'one/pager@amy' && request === 1 ? 'loses its answer' : undefined),
    hears: [],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing'],
        [3600, 3900, 'a resolved'],
      ],
    },
  },
  {
    name: 'a message that surely was not taken does not count in the quota',
    people: SHORT_DAY,
    quota: 1,
    policies: flow({ steps: [step(pages('amy'))] }),
    posts: [[0.5, 'a']],
    answers: (sink, request) => (sink === 'one/pager@amy' && request <= 2 ? 'refuses' : undefined),
    hears: [],
    hearsBy: { 'pager@amy': [[1.5, 120, 'a firing']] },
  },
]
