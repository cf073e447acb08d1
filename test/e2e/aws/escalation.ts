import { describe, expect, test } from 'vitest'
import { until } from '../wait.ts'
import { fire, told, untilTold } from './hub.ts'
import type { Stage } from './stage.ts'

const NAMES = { escalates: 'NobodyClaims', claimed: 'SomebodyClaims' }
/** The path of the webhook that the escalation calls, in the place of an account's name. */
const CALLED = 'called'

/** A flow on the deployed functions: two users in the message centre, and a webhook that a stage calls. */
export function escalation(on: Stage): void {
  async function put(path: string, body: object): Promise<void> {
    const answer = await on.hub.ask('POST', path, body)
    expect(answer, answer.text).toMatchObject({ status: 201 })
  }
  const inbox = async (user: string, name: string): Promise<string[]> => {
    const { answer } = await on.hub.ask('GET', `/api/v1/users/${user}/inbox`)
    const items = answer.items as { title: string; status: string }[]
    return items.flatMap(({ title, status }) => (title.includes(name) ? [status] : [])).reverse()
  }

  describe('an action flow', () => {
    test('tells a user group, and its stage calls when nobody claims', async () => {
      for (const [id, name] of [
        ['test01', 'Kumer'],
        ['test02', 'Alice'],
      ]) {
        await put('/api/v1/users', { id, name })
      }
      await put('/api/v1/user-groups', { id: 'group-01', name: 'O and M', members: ['test01', 'test02'] })
      await put('/api/v1/channels', { id: 'inbox', type: 'inbox' })
      await put('/api/v1/channels', { id: CALLED, type: 'webhook', url: `${on.webhook.url}/${CALLED}` })
      await put('/api/v1/policies', {
        ...{ id: 'flow', groupBy: ['alertname'], groupWait: '0s', groupInterval: '1s' },
        match: [{ label: 'alertname', op: '=~', value: Object.values(NAMES).join('|') }],
        notify: [{ channel: 'inbox', groups: ['group-01'] }],
        // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
        escalation: [{ unclaimed: '10s', flow: [{ then: [{ channel: CALLED }] }] }],
      })
      await fire(on.url, NAMES.escalates)
      await fire(on.url, NAMES.claimed)
      await until('both users told', async () => {
        const all = await Promise.all(['test01', 'test02'].map((user) => inbox(user, NAMES.claimed)))
        return all.every(([first]) => first === 'firing')
      })
      const { answer } = await on.hub.ask('GET', '/api/v1/incidents?state=open')
      const open = answer.items as { id: string; labels: { alertname: string } }[]
      const mine = open.find(({ labels }) => labels.alertname === NAMES.claimed)
      const claim = await on.hub.ask('POST', `/api/v1/incidents/${mine?.id}/claim`, { by: 'test02' })
      expect(claim, claim.text).toMatchObject({ status: 202 })
      await untilTold(on.webhook, NAMES.escalates, ['firing'], CALLED)
    }, 60_000)

    test('tells the end to whoever heard the beginning, and calls nobody for what is claimed', async () => {
      const endsAt = new Date().toISOString()
      for (const name of Object.values(NAMES)) await fire(on.url, name, { endsAt })
      await untilTold(on.webhook, NAMES.escalates, ['firing', 'resolved'], CALLED)
      for (const user of ['test01', 'test02']) {
        for (const name of Object.values(NAMES)) {
          await until(`${user} hears the end`, async () => (await inbox(user, name)).includes('resolved'))
        }
      }
      expect(told(on.webhook, NAMES.claimed, CALLED)).toEqual([])
    }, 60_000)
  })
}
