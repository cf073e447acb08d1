import { gzipSync } from 'node:zlib'
import { entry } from './hub.ts'
import { REGION } from './ministack.ts'
import { elements, type Requests } from './requests.ts'
import { NAME } from './stack.ts'

/** Resources of an operator: the bucket of a trail, and CloudTrail's events on the default bus. */
export interface Trail {
  bucket: string
  /** The variables about the trail at a deployment. */
  variables: Record<string, string>
  /** Called when the queue exists: the bucket announces files to the queue. */
  connect(): Promise<void>
  /** Writes a file as CloudTrail writes files. */
  putFile(name: string, entries: Record<string, unknown>[]): Promise<void>
  putEvent(entry: Record<string, unknown>): Promise<void>
}

export async function makeTrail(aws: Requests): Promise<Trail> {
  const bucket = 'operators-trail'
  const where = `<LocationConstraint>${REGION}</LocationConstraint>`
  await aws.rest('s3', 'PUT', `/${bucket}`, `<CreateBucketConfiguration>${where}</CreateBucketConfiguration>`)
  return {
    bucket,
    variables: {
      TOCSIN_TRAIL_BUCKET: bucket,
      TOCSIN_TRAIL_EVENTS: 'on',
      TOCSIN_TRAIL_INTEGRATION: 'ops/trail',
    },
    async connect() {
      const rule = (name: string, value: string) =>
        `<FilterRule><Name>${name}</Name><Value>${value}</Value></FilterRule>`
      const filter = `<Filter><S3Key>${rule('prefix', 'AWSLogs/')}${rule('suffix', '.json.gz')}</S3Key></Filter>`
      const queue = `<Queue>arn:aws:sqs:${REGION}:000000000000:${NAME}-trail</Queue>`
      const told = `<QueueConfiguration>${queue}<Event>s3:ObjectCreated:*</Event>${filter}</QueueConfiguration>`
      await aws.rest(
        's3',
        'PUT',
        `/${bucket}?notification`,
        `<NotificationConfiguration>${told}</NotificationConfiguration>`,
      )
    },
    async putFile(name, entries) {
      const path = `AWSLogs/123456789012/CloudTrail/${REGION}/2026/11/21/${name}.json.gz`
      await aws.rest('s3', 'PUT', `/${bucket}/${path}`, gzipSync(JSON.stringify({ Records: entries.map(entry) })))
    },
    async putEvent(more) {
      const Entry = {
        // In place of `aws.kms`: only AWS may write events of this source.
        Source: 'test.kms',
        DetailType: 'AWS API Call via CloudTrail',
        Detail: JSON.stringify(entry(more)),
      }
      const put = await aws.json('events', 'AWSEvents.PutEvents', { Entries: [Entry] })
      if (put.FailedEntryCount !== 0) throw new Error(JSON.stringify(put))
    },
  }
}

/** Names of every bucket, whoever made the bucket. */
export async function bucketNames(aws: Requests): Promise<string[]> {
  return elements(await aws.rest('s3', 'GET', '/'), 'Name')
}
