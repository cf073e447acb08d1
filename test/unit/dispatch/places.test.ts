import fc from 'fast-check'
import { expect, test } from 'vitest'
import { workByGroup } from '../../../functions/dispatch/by-group.ts'
import { finish } from '../../../shared/base/steps.ts'
import { defaultConfig } from '../../../shared/config/sections.ts'
import { UNROUTED } from '../../../shared/config/unrouted.ts'
import { groupId, groupLabels } from '../../../shared/group/identity.ts'
import { MESSAGE_VERSION } from '../../../shared/message/message.ts'
import { compileConfig } from '../../../shared/routing/compile.ts'

const NOW = Date.UTC(2026, 0, 5)

/** Texts that look like each other when they are put one behind the other. */
const text = fc.constantFrom('', ' ', '-', ' -', '1', '1:a', ' 1:a', 'a', 'a 1:a', '__proto__', '3:a', '0:')
const names = ['a', 'b', '__proto__']
const labels = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), text), { selector: ([name]) => name })
const groupBys = fc.oneof(fc.subarray(names), fc.constantFrom('all' as const, 'shard' as const))

test('the alerts of a batch lie in the groups of their labels, whatever the labels look like', () => {
  fc.assert(
    fc.property(fc.array(labels, { maxLength: 12 }), groupBys, groupBys, (sent, first, second) => {
      const policies = [
        { ...UNROUTED, id: 'p', groupBy: first },
        { ...UNROUTED, id: 'p 1:a', groupBy: second },
      ]
      const alerts = sent.map((entries) => ({ labels: Object.fromEntries(entries), annotations: {}, startsAt: NOW }))
      const about = { v: MESSAGE_VERSION, account: 'acme', integration: 'i', receivedAt: NOW, recoverAfterMs: 1000 }
      const message = { id: '7', body: '', receives: 1, sentAt: NOW }
      const batch = [{ message, body: { ...about, kind: 'alerts' as const, alerts } }]
      const { works, arrivals } = finish(workByGroup(batch, compileConfig({ ...defaultConfig(), policies }), NOW))
      const placesOf = (of: (typeof alerts)[number]) =>
        policies.map((one) => groupId('acme', one.id, groupLabels(one, of.labels)))
      expect(arrivals.map(({ groups }) => groups)).toEqual(alerts.map(placesOf))
      expect(new Set(works.keys())).toEqual(new Set(alerts.flatMap(placesOf)))
      for (const { id, policy, labels } of works.values()) expect(groupId('acme', policy!, labels!)).toBe(id)
    }),
  )
})
