import { expect, test } from 'vitest'
import { alertmanagerSnsKind as kind } from '../../../../shared/channels/alertmanager-sns/kind.ts'
import { sendAlertmanagerSns as send } from '../../../../shared/channels/alertmanager-sns/send.ts'
import { attempt } from '../alertmanager/story.ts'

const sigv4 = { access_key: 'AKIAIOSFODNN7EXAMPLE', secret_key: 's' }
const answers = [{ body: '<MessageId>m</MessageId>' }]
const topic_arn = 'arn:aws:sns:eu-west-1:123456789012:alerts'

async function published(settings: object) {
  const { requests } = await attempt(kind, send, { sigv4, ...settings }, { answers })
  return { url: requests[0]!.url, form: Object.fromEntries(new URLSearchParams(String(requests[0]!.body))) }
}

test('a message of a topic, in the region of the topic', async () => {
  const { url, form } = await published({ topic_arn, attributes: { team: '{{ .GroupLabels.cluster }}' } })
  expect(url).toBe('https://sns.eu-west-1.amazonaws.com/')
  expect(form).toMatchObject({
    ...{ Action: 'Publish', TopicArn: topic_arn, 'MessageAttributes.entry.1.Value.StringValue': 'eu-1' },
    Subject: expect.stringMatching(/^\[FIRING:2\] /),
  })
})

test('a topic .fifo has an id for each notification', async () => {
  const { form } = await published({ topic_arn: `${topic_arn}.fifo` })
  expect(form).toMatchObject({
    MessageDeduplicationId: 'g1-d1',
    MessageGroupId: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
})

test('a text that is too long is cut, and says so', async () => {
  const long = await published({ topic_arn, message: `{{ range 100000 }}é€{{ end }}`, subject: 'ä' })
  expect(Buffer.byteLength(long.form.Message!)).toBeLessThanOrEqual(262_144)
  expect(long.form.Message).not.toContain('\ufffd')
  expect(long.form['MessageAttributes.entry.1.Name']).toBe('truncated')
  expect(long.form).not.toHaveProperty('Subject')
  const phone = await published({ phone_number: '+49151', message: `{{ range 2000 }}x{{ end }}` })
  expect(phone.form).toMatchObject({ PhoneNumber: '+49151', Message: 'x'.repeat(1600) })
})

test.each<[object, string]>([
  [{}, 'topic_arn'],
  [{ topic_arn, target_arn: topic_arn }, 'target_arn'],
  [{ topic_arn, sigv4: { access_key: sigv4.access_key } }, 'sigv4.secret_key'],
  [{ topic_arn, api_url: 'https://sns.example/' }, 'api_url'],
])('%j is refused', (settings, path) => {
  expect(kind.parse(settings)).toMatchObject({ ok: false, problems: [{ path }] })
})
