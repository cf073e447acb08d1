import type { Clock } from '../../../shared/base/time.ts'
import { startAlibabaPhone } from '../../fakes/alibaba-phone.ts'
import { readMail } from '../../fakes/mail.ts'
import { startSes } from '../../fakes/ses.ts'
import { startSmtp } from '../../fakes/smtp.ts'
import { startSns } from '../../fakes/sns.ts'
import { idsOf, type OpenWays, type Person, refusedBy, type Way } from './way.ts'

const ALIBABA = { accessKeyId: 'LTAI5tExampleKey000000000', accessKeySecret: 'an-example-secret-of-30-letters' }
const AWS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'an-example-secret-of-40-letters-0123456' }

/** The link of a message lets its reader claim the incident. */
const CLAIM = { details: 'claim' }

/** Ways to single people, each at their own address. The message centre is the test's own. */
export const openPeopleWays: OpenWays = async (clock, people) => [
  await mail(clock, people),
  await amazonMail(clock, people),
  await alibabaPhone(clock, people, 'sms'),
  await alibabaPhone(clock, people, 'voice'),
  await awsText(clock, people),
]

async function mail(clock: Clock, people: readonly Person[]): Promise<Way> {
  const server = await startSmtp({}, clock)
  const from = 'Tocsin <tocsin@example.com>'
  return {
    channel: { id: 'mail', type: 'email', host: '127.0.0.1', port: server.port, tls: 'none', from, ...CLAIM },
    names: 'people',
    told: () =>
      server.taken.map(({ to, text }) => {
        const { subject, plain, html } = readMail(text)
        return { to: idsOf(people, ({ mailbox }) => to.includes(mailbox)), text: [subject, plain, html].join('\n') }
      }),
    refused: () => [],
    stop: server.stop,
  }
}

async function amazonMail(clock: Clock, people: readonly Person[]): Promise<Way> {
  const { accessKeyId, secretAccessKey } = AWS
  const keys = { [accessKeyId]: { secretAccessKey, may: ['example.com'] } }
  const ses = await startSes({ clock, region: 'eu-west-1', keys, domains: ['example.com'] })
  const from = 'Tocsin <tocsin@example.com>'
  const settings = { provider: 'ses', region: 'eu-west-1', endpoint: ses.url, from, ...AWS, ...CLAIM }
  return {
    channel: { id: 'mail-ses', type: 'email', ...settings },
    names: 'people',
    told: () =>
      ses.received.map(({ to, subject, plain, html }) => ({
        to: idsOf(people, ({ mailbox }) => to.includes(mailbox)),
        text: [subject, plain, html].join('\n'),
      })),
    refused: () => refusedBy(ses),
    stop: ses.stop,
  }
}

/** With templates that the provider approved, in which every word of a message has a variable. */
async function alibabaPhone(clock: Clock, people: readonly Person[], service: 'sms' | 'voice'): Promise<Way> {
  const code = service === 'sms' ? { templateCode: 'SMS_1', signName: 'Tocsin' } : { ttsCode: 'TTS_1' }
  const variables = ['name', 'status', 'level', 'count', 'time', 'content']
  const phone = await startAlibabaPhone({
    ...{ clock, service, key: ALIBABA, signName: 'Tocsin' },
    templates: { SMS_1: variables, TTS_1: variables },
  })
  return {
    channel: { id: service, type: service, provider: 'alibaba', endpoint: phone.url, ...code, ...ALIBABA },
    names: 'people',
    told: () =>
      phone.received.map(({ number, values }) => ({
        to: idsOf(people, (person) => person.number === number),
        text: Object.values(values).join('\n'),
      })),
    refused: () => refusedBy(phone),
    stop: phone.stop,
  }
}

async function awsText(clock: Clock, people: readonly Person[]): Promise<Way> {
  const { accessKeyId, secretAccessKey } = AWS
  const keys = { [accessKeyId]: { secretAccessKey, may: ['*'] } }
  const sns = await startSns({ clock, region: 'eu-west-1', keys, topics: [] })
  return {
    channel: { id: 'sms-aws', type: 'sms', provider: 'aws', region: 'eu-west-1', endpoint: sns.url, ...AWS },
    names: 'people',
    told: () =>
      sns.received.map(({ arn, message }) => ({
        to: idsOf(people, ({ number }) => `+86${number}` === arn),
        text: message,
      })),
    refused: () => refusedBy(sns),
    stop: sns.stop,
  }
}
