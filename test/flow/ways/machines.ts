import { createHmac } from 'node:crypto'
import type { Clock } from '../../../shared/base/time.ts'
import { startAlibabaEventBridge } from '../../fakes/alibaba-eventbridge.ts'
import { startAwsEventBridge } from '../../fakes/aws-eventbridge.ts'
import { startFunctionCompute } from '../../fakes/function-compute.ts'
import { startLambda } from '../../fakes/lambda.ts'
import { startOpsgenie } from '../../fakes/opsgenie.ts'
import { startPagerDuty } from '../../fakes/pagerduty.ts'
import type { Provider } from '../../fakes/provider.ts'
import { startSns } from '../../fakes/sns.ts'
import { startWebhook } from '../../fakes/webhook.ts'
import { LANGUAGES, type OpenWays, refusedBy, type Way } from './way.ts'

const ALIBABA = { accessKeyId: 'LTAI5tExampleKey000000000', accessKeySecret: 'an-example-secret-of-30-letters' }
const AWS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'an-example-secret-of-40-letters-0123456' }
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:on-call'
const REGION = 'eu-west-1'

const awsKeys = (may: string[]) => ({ [AWS.accessKeyId]: { secretAccessKey: AWS.secretAccessKey, may } })

/** Ways to services and machines, which name no person. */
export const openMachineWays: OpenWays = async (clock) => [
  await webhook(clock, 'webhook'),
  await webhook(clock, 'cloudevents'),
  await sns(clock),
  await lambda(clock),
  await functionCompute(clock),
  ...(await Promise.all(LANGUAGES.map((language) => pagerDuty(clock, language)))),
  ...(await Promise.all(LANGUAGES.map((language) => opsgenie(clock, language)))),
  ...(await Promise.all([false, true].map((lifecycle) => alibabaBus(clock, lifecycle)))),
  ...(await Promise.all([false, true].map((lifecycle) => awsBus(clock, lifecycle)))),
]

function machine<Taken>(provider: Provider<Taken>, channel: Way['channel'], textOf: (taken: Taken) => unknown): Way {
  return {
    ...{ channel, names: 'nobody' },
    told: () => provider.received.map((taken) => ({ to: [], text: JSON.stringify(textOf(taken)) })),
    refused: () => refusedBy(provider),
    stop: provider.stop,
  }
}

const KEY = Buffer.from('a signing secret of 24 b')

/** A receiver that takes signed bodies only (Standard Webhooks). */
async function webhook(clock: Clock, type: 'webhook' | 'cloudevents'): Promise<Way> {
  const server = await startWebhook({ clock })
  const secret = `whsec_${KEY.toString('base64')}`
  const signed = ({ headers, text }: (typeof server.received)[number]): boolean => {
    const said = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`
    return headers['webhook-signature'] === `v1,${createHmac('sha256', KEY).update(said).digest('base64')}`
  }
  return {
    channel: { id: type, type, url: `${server.url}/x`, secret, ...(type === 'cloudevents' && { tells: 'alerts' }) },
    names: 'nobody',
    told: () => server.received.filter(signed).map(({ text }) => ({ to: [], text })),
    refused: () => server.received.flatMap((one) => (signed(one) ? [] : ['wrong signature'])),
    stop: server.stop,
  }
}

async function sns(clock: Clock): Promise<Way> {
  const provider = await startSns({ clock, region: REGION, keys: awsKeys([TOPIC]), topics: [TOPIC] })
  const channel = { id: 'sns', type: 'sns', topicArn: TOPIC, endpoint: provider.url, ...AWS }
  return machine(provider, channel, ({ subject, message }) => [subject, message])
}

async function lambda(clock: Clock): Promise<Way> {
  const keys = awsKeys(['on-alert'])
  const provider = await startLambda({ clock, region: REGION, keys, functions: { 'on-alert': 'works' } })
  const settings = { provider: 'aws', functionName: 'on-alert', region: REGION, endpoint: provider.url, ...AWS }
  return machine(provider, { id: 'lambda', type: 'function', ...settings }, ({ event }) => event)
}

async function functionCompute(clock: Clock): Promise<Way> {
  const provider = await startFunctionCompute({ clock, key: ALIBABA })
  const settings = { provider: 'alibaba', url: `${provider.url}/alert`, ...ALIBABA }
  return machine(provider, { id: 'fc', type: 'function', ...settings }, ({ event }) => event)
}

async function pagerDuty(clock: Clock, language: 'en' | 'zh'): Promise<Way> {
  const routingKey = 'an-integration-key-of-32-letters'
  const provider = await startPagerDuty({ clock, routingKeys: [routingKey] })
  const channel = { id: `pd-${language}`, type: 'pagerduty', routingKey, url: `${provider.url}/v2/enqueue`, language }
  return { ...machine(provider, channel, (event) => event), language }
}

async function opsgenie(clock: Clock, language: 'en' | 'zh'): Promise<Way> {
  const provider = await startOpsgenie({ clock, apiKey: 'key' })
  const channel = { id: `og-${language}`, type: 'opsgenie', apiKey: 'key', url: provider.url, language }
  return { ...machine(provider, channel, (taken) => taken), language }
}

async function alibabaBus(clock: Clock, lifecycle: boolean): Promise<Way> {
  const source = lifecycle ? 'arms' : 'acs.sls.alert'
  const provider = await startAlibabaEventBridge({ clock, ...ALIBABA, buses: { on_call: [source] } })
  const to = { endpoint: provider.url, eventBus: 'on_call', region: 'cn-hangzhou', ...ALIBABA }
  const channel = { id: `ali-${source}`, type: 'alibaba-eventbridge', ...to, source, ...tells(lifecycle) }
  return { ...machine(provider, channel, (event) => event), ...(lifecycle && { lifecycle }) }
}

async function awsBus(clock: Clock, lifecycle: boolean): Promise<Way> {
  const { accessKeyId, secretAccessKey } = AWS
  const buses = ['on-call']
  const provider = await startAwsEventBridge({
    ...{ clock, region: REGION, buses, keys: { [accessKeyId]: { secretAccessKey, buses } } },
  })
  const to = { endpoint: provider.url, eventBus: 'on-call', region: REGION, ...AWS }
  const channel = { id: `aws-${lifecycle}`, type: 'aws-eventbridge', ...to, ...tells(lifecycle) }
  return { ...machine(provider, channel, (event) => event), ...(lifecycle && { lifecycle }) }
}

function tells(lifecycle: boolean): { tells: string } {
  return { tells: lifecycle ? 'lifecycle' : 'alerts' }
}
