import { during, nth, type Script } from '../scripts.ts'

/** Stories of one machine: writes that are not durable are lost with the process, and with a commit that fails. */
export const commits: Script[] = [
  {
    name: 'a message whose claim is lost with the process was not sent',
    oneMachine: true,
    posts: [[0.5, 'a']],
    effects: nth('notify', /^commit/, 1, 'dies before'),
    hears: [[1.5, 10, 'a firing']],
  },
  {
    name: 'a message that was sent before the process ended is sent again after its deadline, and not before',
    oneMachine: true,
    posts: [[0.5, 'a']],
    effects: nth('notify', /^send 1 to alerts/, 1, 'dies before'),
    hears: [
      [1.5, 2, 'a firing'],
      [120, 140, 'a firing'],
    ],
  },
  {
    name: 'a decision and a claim whose commit fails send nothing, and are made again',
    oneMachine: true,
    posts: [[0.5, 'a']],
    effects: () => during(1.4, 1.6, 'machine', /^commit/, 'fails'),
    hears: [[1.6, 10, 'a firing']],
  },
  {
    name: 'an alert whose commit fails is not accepted, and its sender sends it again',
    oneMachine: true,
    posts: [[0.5, 'a']],
    effects: () => during(0.4, 0.6, 'machine', /^commit/, 'fails'),
    hears: [[1.6, 10, 'a firing']],
  },
  {
    name: 'an outcome whose commit fails is in doubt at the deadline',
    oneMachine: true,
    posts: [[0.5, 'a']],
    // The claim is the first commit, the outcome the second.
    effects: () => {
      let count = 0
      return (worker, effect, at) => {
        const asked = during(1.4, 1.6, 'machine', /^commit/, 'fails')(worker, effect, at)
        return asked !== undefined && ++count === 2 ? asked : undefined
      }
    },
    hears: [
      [1.5, 1.6, 'a firing'],
      [120, 140, 'a firing'],
    ],
  },
]
