import { expect, test } from 'vitest'
import {
  FORWARD_TARGET,
  lifecycleTarget,
  notificationTarget,
  parseTargetKey,
  type Target,
  targetKey,
} from '../../../shared/delivery/target.ts'

test.each<[key: string, target: Target]>([
  ['hook', notificationTarget('hook')],
  ['team/0a1b/webhook/0', notificationTarget('team/0a1b/webhook/0')],
  ['__proto__', notificationTarget('__proto__')],
  ['phones@mei', { kind: 'notification', channel: 'phones', user: 'mei' }],
  ['phones@mei@example.com', { kind: 'notification', channel: 'phones', user: 'mei@example.com' }],
  ['lifecycle:hook', lifecycleTarget('hook')],
  ['forward:', FORWARD_TARGET],
])('%s stands for one target, and the target for it', (key, target) => {
  expect(targetKey(target)).toBe(key)
  expect(parseTargetKey(key)).toEqual(target)
})
