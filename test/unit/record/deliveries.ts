import { gzipSync } from 'node:zlib'

/*
 * Every way of delivery that people have, around records of our own. The integrations and `tocsin backfill` read the
 * same records in each: `test/unit/record/contents.test.ts`, `test/unit/intake/records.test.ts`,
 * `test/unit/cli/backfill.test.ts`.
 */

type Of = 'cloudtrail' | 'actiontrail'

/** A record with the name of the call that the tests look for. */
export const recordOf = (of: Of, n: number) => ({
  [of === 'cloudtrail' ? 'eventID' : 'eventId']: `e${n}`,
  eventTime: `2026-03-02T08:00:0${n}Z`,
  eventName: 'StopLogging',
})

const text = (value: unknown): string => JSON.stringify(value)
const packed = (value: unknown): string => gzipSync(text(value)).toString('base64')
const of = (trail: Of) => (n: number) => recordOf(trail, n)
const ct = of('cloudtrail')
const at = of('actiontrail')
const onBus = (detail: unknown, type = 'AWS API Call via CloudTrail') => ({
  version: '0',
  id: 'b1',
  'detail-type': type,
  source: 'aws.s3',
  time: '2026-03-02T08:00:09Z',
  detail,
})
const logEvent = (n: number) => ({ id: `3${n}`, timestamp: 1_772_438_400_000 + n, message: text(ct(n)) })
const subscription = (messageType: string, ...logEvents: unknown[]) => ({
  messageType,
  owner: '111122223333',
  logGroup: 'CloudTrail/logs',
  logStream: '111122223333_CloudTrail_eu-west-1',
  subscriptionFilters: ['all'],
  logEvents,
})
const sns = (message: unknown) => ({
  Type: 'Notification',
  MessageId: 'm1',
  TopicArn: 'arn:aws:sns:eu-west-1:111122223333:trail',
  Message: typeof message === 'string' ? message : text(message),
  Timestamp: '2026-03-02T08:00:09.000Z',
})
const lookup = (n: number) => ({
  EventId: `e${n}`,
  EventName: 'StopLogging',
  EventTime: 1_772_438_400 + n,
  Username: 'jo',
  CloudTrailEvent: text(ct(n)),
})
const onAlibabaBus = (data: unknown) => ({
  specversion: '1.0',
  id: 'b1',
  source: 'acs.actiontrail',
  type: 'actiontrail:ActionTrail:ApiCall',
  datacontenttype: 'application/json;charset=utf-8',
  data,
})

export interface WayOfDelivery {
  what: string
  of: Of
  /** Text of a body or of a file. Each has the records 1 and 2. */
  body: string
}

const way = (trail: Of) => (what: string, body: string | object) => ({
  what: `${trail}: ${what}`,
  of: trail,
  body: typeof body === 'string' ? body : text(body),
})
const cloudtrail = way('cloudtrail')
const actiontrail = way('actiontrail')
const lines = (...values: unknown[]): string => values.map((value) => `${text(value)}\n`).join('')

export const DELIVERIES: readonly WayOfDelivery[] = [
  cloudtrail('lines', lines(ct(1), ct(2))),
  cloudtrail('records with nothing between them, as Firehose joins them', text(ct(1)) + text(ct(2))),
  cloudtrail('records over several lines each', [ct(1), ct(2)].map((one) => JSON.stringify(one, null, 2)).join('\n')),
  cloudtrail('a list', [ct(1), ct(2)]),
  cloudtrail('a file', { Records: [ct(1), ct(2)] }),
  cloudtrail('a file with its records behind', { version: 1, Records: [ct(1), ct(2)] }),
  cloudtrail('a file, and a line behind', `{"Records":[${text(ct(1))}]}\n${text(ct(2))}`),
  cloudtrail('events of EventBridge', lines(onBus(ct(1)), onBus(ct(2), 'Amazon Console Sign In via CloudTrail'))),
  cloudtrail('events of EventBridge with the detail as a text', [onBus(text(ct(1))), onBus(text(ct(2)))]),
  cloudtrail('a subscription of CloudWatch Logs', subscription('DATA_MESSAGE', logEvent(1), logEvent(2))),
  cloudtrail(
    'subscriptions of CloudWatch Logs one behind the other, as Firehose joins them',
    [1, 2].map((n) => text(subscription('DATA_MESSAGE', logEvent(n)))).join(''),
  ),
  cloudtrail('a subscription of CloudWatch Logs, as Lambda gets it', {
    awslogs: { data: packed(subscription('DATA_MESSAGE', logEvent(1), logEvent(2))) },
  }),
  cloudtrail('a subscription of CloudWatch Logs, by Kinesis', {
    Records: [1, 2].map((n) => ({
      eventSource: 'aws:kinesis',
      eventID: `shardId-000000000000:${n}`,
      eventName: 'aws:kinesis:record',
      kinesis: { sequenceNumber: `${n}`, data: packed(subscription('DATA_MESSAGE', logEvent(n))) },
    })),
  }),
  cloudtrail('an answer of Kinesis', {
    Records: [1, 2].map((n) => ({ SequenceNumber: `${n}`, PartitionKey: 'p', Data: packed(ct(n)) })),
    MillisBehindLatest: 0,
  }),
  cloudtrail(
    'events of Kinesis for Lambda on lines',
    [1, 2].map((n) => text({ eventID: `s:${n}`, kinesis: { data: packed(ct(n)) } })).join('\n'),
  ),
  cloudtrail('records of Firehose', {
    requestId: 'r1',
    timestamp: 1_772_438_400_000,
    records: [1, 2].map((n) => ({ data: Buffer.from(`${text(ct(n))}\n`).toString('base64') })),
  }),
  cloudtrail('an answer of FilterLogEvents', {
    events: [1, 2].map((n) => ({ ...logEvent(n), id: undefined, logStreamName: 's', eventId: `3${n}` })),
    searchedLogStreams: [],
  }),
  cloudtrail(
    'an export of CloudWatch Logs',
    [1, 2].map((n) => `2026-03-02T08:00:0${n}.000Z ${text(ct(n))}\n`).join(''),
  ),
  cloudtrail('an answer of LookupEvents', { Events: [lookup(1), lookup(2)], NextToken: 'more' }),
  cloudtrail('events of LookupEvents on lines', lines(lookup(1), lookup(2))),
  cloudtrail('events of EventBridge, by SNS', [sns(onBus(ct(1))), sns(onBus(ct(2)))]),
  cloudtrail('events of EventBridge, by SNS to Lambda', {
    Records: [1, 2].map((n) => ({ EventSource: 'aws:sns', EventVersion: '1.0', Sns: sns(onBus(ct(n))) })),
  }),
  cloudtrail('events of EventBridge, by SNS and SQS', {
    Records: [1, 2].map((n) => ({ eventSource: 'aws:sqs', messageId: 'q1', body: text(sns(onBus(ct(n)))) })),
  }),
  cloudtrail('an answer of SQS', {
    Messages: [1, 2].map((n) => ({ MessageId: `q${n}`, ReceiptHandle: 'h', Body: text(onBus(ct(n))) })),
  }),
  actiontrail('lines', lines(at(1), at(2))),
  actiontrail('a file of OSS', [at(1), at(2)]),
  actiontrail(
    'records of Log Service with the event as a text',
    lines(...[at(1), at(2)].map((event) => ({ __topic__: 'actiontrail_audit_event', event: text(event) }))),
  ),
  actiontrail(
    'records of Log Service with the event parsed',
    [at(1), at(2)].map((event) => ({ __topic__: 'actiontrail_audit_event', event })),
  ),
  actiontrail('an answer of Log Service', {
    meta: { count: 2 },
    data: [at(1), at(2)].map((event) => ({ __time__: '1772438400', event: text(event) })),
  }),
  actiontrail(
    'records of Log Service whose event is divided into columns',
    lines(
      ...[at(1), at(2)].map((event) => ({
        __topic__: 'actiontrail_audit_event',
        ...Object.fromEntries(Object.entries(event).map(([name, value]) => [`event.${name}`, value])),
      })),
    ),
  ),
  actiontrail('events of EventBridge', [onAlibabaBus(at(1)), onAlibabaBus(at(2))]),
  actiontrail(
    'events of EventBridge with the data as a text',
    lines(onAlibabaBus(text(at(1))), onAlibabaBus(text(at(2)))),
  ),
  actiontrail('an answer of LookupEvents', { Events: [at(1), at(2)], RequestId: 'r', NextToken: 'more' }),
]

/** Belongs to a trail and has no records; read without a complaint. */
export const WITHOUT_RECORDS: readonly { what: string; counted: string; body: string }[] = [
  {
    what: 'a digest file',
    counted: '1 digest file left out',
    body: text({
      awsAccountId: '111122223333',
      digestStartTime: '2026-03-02T07:00:00Z',
      digestEndTime: '2026-03-02T08:00:00Z',
      digestS3Bucket: 'trail',
      digestS3Object: 'AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/d.json.gz',
      logFiles: [{ s3Bucket: 'trail', s3Object: 'x.json.gz', hashValue: 'f00d', hashAlgorithm: 'SHA-256' }],
    }),
  },
  {
    what: 'the test of a subscription of CloudWatch Logs',
    counted: '1 test message left out',
    body: text(subscription('CONTROL_MESSAGE', { id: '', timestamp: 1, message: 'CWL CONTROL MESSAGE: health' })),
  },
  {
    what: 'the test of a notification of S3',
    counted: '1 test message left out',
    body: text({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'trail' }),
  },
  { what: 'a file without records', counted: '', body: '{"Records":[]}' },
]

const s3 = (body: object) => text({ Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', ...body }] })
const FILE_OF_S3 = s3({ s3: { bucket: { name: 'trail' }, object: { key: 'x.json.gz' } } })

/** Bodies from which no record can be read, with the reason that both show. */
export const UNREADABLE: readonly { what: string; reason: string; body: string }[] = [
  { what: 'a notification of S3', reason: 'a notification of S3: post the file that it names', body: FILE_OF_S3 },
  { what: 'a notification of S3, by SNS', reason: 'a notification of S3: post', body: text(sns(FILE_OF_S3)) },
  {
    what: 'a notification of S3, by EventBridge',
    reason: 'a notification of S3: post',
    body: text(onBus({ bucket: { name: 'trail' } }, 'Object Created')),
  },
  {
    what: 'a notification of CloudTrail, by SNS',
    reason: 'a notification of CloudTrail: post the file that it names',
    body: text(sns({ s3Bucket: 'trail', s3ObjectKey: ['x.json.gz'] })),
  },
  {
    what: 'a notification of OSS',
    reason: 'a notification of OSS: post the file that it names',
    body: text({ events: [{ eventName: 'ObjectCreated:PutObject', oss: { object: { key: 'x.gz' } } }] }),
  },
  {
    what: 'the first message of SNS',
    reason: 'open its SubscribeURL',
    body: text({ ...sns('confirm'), Type: 'SubscriptionConfirmation', SubscribeURL: 'https://sns.example/' }),
  },
  { what: 'an event of another service', reason: `detail-type "EC2 Instance`, body: text(onBus({}, 'EC2 Instance')) },
  {
    what: 'a log of something else',
    reason: 'message is not readable',
    body: text(subscription('DATA_MESSAGE', { id: '1', timestamp: 1, message: 'GET / 200' })),
  },
  {
    what: 'bytes that are cut',
    reason: 'data is no whole gzip stream',
    body: text({ awslogs: { data: 'H4sIAAAAAAAA' } }),
  },
]
