import {
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { PurgeQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { FEEDS_WITH_TRAIL } from '../../checks/stack/functions.ts'
import { type AskS3, bucketDeeds, s3Of } from './bucket-deeds.ts'
import { REGION } from './ministack.ts'
import type { Right } from './policies.ts'
import { elements, type Requests } from './requests.ts'
import { NAME, STAGE } from './stack.ts'

/** A deed on the resources of the stack, and the right that the deed needs. */
export interface Deed extends Right {
  do(clients: Clients): Promise<unknown>
}

export interface Clients {
  dynamodb: DynamoDBClient
  sqs: SQSClient
  ssm: SSMClient
  s3: AskS3
}

/** Clients with the rights of a function's role, and no further rights. */
export async function clientsOf(aws: Requests, url: string, name: string): Promise<Clients> {
  const asked = {
    Action: 'AssumeRole',
    RoleArn: `arn:aws:iam::000000000000:role/${NAME}-${name}`,
    RoleSessionName: 'e2e',
  }
  const xml = await aws.form('sts', '2011-06-15', asked)
  const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = [
    ...elements(xml, 'AccessKeyId'),
    ...elements(xml, 'SecretAccessKey'),
    ...elements(xml, 'SessionToken'),
  ]
  const credentials = { accessKeyId, secretAccessKey, sessionToken }
  const options = { endpoint: url, region: REGION, credentials, maxAttempts: 1 }
  const s3 = s3Of(url, credentials)
  return { dynamodb: new DynamoDBClient(options), sqs: new SQSClient(options), ssm: new SSMClient(options), s3 }
}

/** What a role may do with items of a partition: the partitions of personal data are open to few. */
export async function partitionDeeds(
  { dynamodb }: Clients,
  partition: string,
): Promise<Record<'reads' | 'writes', boolean>> {
  const Key = { pk: { S: partition }, sk: { S: 'nothing' } }
  const may = (deed: Promise<unknown>): Promise<boolean> =>
    deed.then(
      () => true,
      (error: Error) => {
        if (/^AccessDenied/.test(error.name)) return false
        if (error.name === 'ConditionalCheckFailedException') return true
        throw error
      },
    )
  const put = { TableName: NAME, Item: Key, ConditionExpression: 'attribute_exists(pk)' }
  return {
    reads: await may(dynamodb.send(new GetItemCommand({ TableName: NAME, Key }))),
    writes: await may(dynamodb.send(new PutItemCommand(put))),
  }
}

const arn = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:000000000000:${resource}`

function deed(action: string, resource: string, act: Deed['do']): Deed {
  return { action, resource, do: act }
}

function tableDeeds(): Deed[] {
  const table = { TableName: NAME }
  const Key = { pk: { S: 'nobody' }, sk: { S: 'nothing' } }
  const on = arn('dynamodb', `table/${NAME}`)
  const query = (IndexName: string, name: string, value: object) => ({
    ...table,
    IndexName,
    KeyConditionExpression: `${name} = :value`,
    ExpressionAttributeValues: { ':value': value as never },
  })
  const own = { ...table, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': Key.pk } }
  const due = query('due', 'dueBucket', { N: '0' })
  const list = query('list', 'listName', { S: 'nobody' })
  const cards = query('cards', 'cardName', { S: 'nobody' })
  return [
    deed('dynamodb:GetItem', on, ({ dynamodb }) => dynamodb.send(new GetItemCommand({ ...table, Key }))),
    deed('dynamodb:PutItem', on, ({ dynamodb }) => dynamodb.send(new PutItemCommand({ ...table, Item: Key }))),
    deed('dynamodb:UpdateItem', on, ({ dynamodb }) => dynamodb.send(new UpdateItemCommand({ ...table, Key }))),
    deed('dynamodb:DeleteItem', on, ({ dynamodb }) => dynamodb.send(new DeleteItemCommand({ ...table, Key }))),
    deed('dynamodb:Query', on, ({ dynamodb }) => dynamodb.send(new QueryCommand(own))),
    deed('dynamodb:Query', `${on}/index/due`, ({ dynamodb }) => dynamodb.send(new QueryCommand(due))),
    deed('dynamodb:Query', `${on}/index/list`, ({ dynamodb }) => dynamodb.send(new QueryCommand(list))),
    deed('dynamodb:Query', `${on}/index/cards`, ({ dynamodb }) => dynamodb.send(new QueryCommand(cards))),
    deed('dynamodb:Scan', on, ({ dynamodb }) => dynamodb.send(new ScanCommand(table))),
    deed('dynamodb:DescribeTable', on, ({ dynamodb }) => dynamodb.send(new DescribeTableCommand(table))),
    deed('dynamodb:DeleteTable', on, ({ dynamodb }) => dynamodb.send(new DeleteTableCommand(table))),
  ]
}

function queueDeeds(url: string): Deed[] {
  const queues = [...Object.keys(FEEDS_WITH_TRAIL), 'dlq']
  return queues.flatMap((queue) => {
    const on = arn('sqs', `${NAME}-${queue}`)
    const QueueUrl = `${url}/000000000000/${NAME}-${queue}`
    const message = { QueueUrl, MessageBody: 'nothing' }
    return [
      deed('sqs:SendMessage', on, ({ sqs }) => sqs.send(new SendMessageCommand(message))),
      deed('sqs:ReceiveMessage', on, ({ sqs }) => sqs.send(new ReceiveMessageCommand({ QueueUrl }))),
      deed('sqs:PurgeQueue', on, ({ sqs }) => sqs.send(new PurgeQueueCommand({ QueueUrl }))),
    ]
  })
}

function secretDeeds(): Deed[] {
  return ['secrets-key', 'admin-key'].flatMap((name) => {
    const Name = `/tocsin/${STAGE}/${name}`
    const on = arn('ssm', `parameter${Name}`)
    const put = { Name, Value: 'mine', Overwrite: true }
    return [
      deed('ssm:GetParameter', on, ({ ssm }) => ssm.send(new GetParameterCommand({ Name }))),
      deed('ssm:PutParameter', on, ({ ssm }) => ssm.send(new PutParameterCommand(put))),
      deed('ssm:DeleteParameter', on, ({ ssm }) => ssm.send(new DeleteParameterCommand({ Name }))),
    ]
  })
}

export function allDeeds(url: string, bucket: string): Deed[] {
  return [...tableDeeds(), ...queueDeeds(url), ...secretDeeds(), ...bucketDeeds(bucket)]
}
