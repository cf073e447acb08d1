import { randomBytes } from 'node:crypto'
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { refusal } from './osls.ts'

export interface Names {
  table: string
  secretsKey: string
  adminKey: string
}

const KEY_BYTES = 32

/**
 * Makes the missing secrets among the two; returns the names of the new secrets. CloudFormation cannot make
 * SecureStrings, and should not: the secrets outlive the stack. A stage that has data and lost its secrets key gets no
 * new key: every integration URL would change and every credential be unreadable.
 */
export async function makeParameters(names: Names, config: object): Promise<string[]> {
  const ssm = new SSMClient(config)
  const dynamodb = new DynamoDBClient(config)
  const made: string[] = []
  if (!(await isThere(ssm, names.secretsKey))) {
    if (await hasTable(dynamodb, names.table)) {
      const how = `restore the parameter ${names.secretsKey} from where you keep it, or delete the table if its data is not needed`
      throw refusal(`the table ${names.table} was written under a secrets key that is gone: ${how}`, 'SECRETS_KEY_GONE')
    }
    const about = 'Seals channel credentials and derives integration URLs. Keep a copy elsewhere.'
    if (await make(ssm, names.secretsKey, randomBytes(KEY_BYTES).toString('base64'), about)) made.push(names.secretsKey)
  }
  if (!(await isThere(ssm, names.adminKey))) {
    const about = 'Creates accounts.'
    if (await make(ssm, names.adminKey, randomBytes(KEY_BYTES).toString('base64url'), about)) made.push(names.adminKey)
  }
  return made
}

/** Whether the parameter exists. The request does not ask for the parameter's value. */
async function isThere(ssm: SSMClient, name: string): Promise<boolean> {
  return await unless('ParameterNotFound', ssm.send(new GetParameterCommand({ Name: name, WithDecryption: false })))
}

/** Safe twice and late: the first parameter stays, no matter which deployment made the parameter. */
async function make(ssm: SSMClient, name: string, value: string, about: string): Promise<boolean> {
  const parameter = { Name: name, Value: value, Description: `Tocsin: ${about}` } as const
  const put = new PutParameterCommand({ ...parameter, Type: 'SecureString', Overwrite: false })
  return await unless('ParameterAlreadyExists', ssm.send(put))
}

async function hasTable(dynamodb: DynamoDBClient, name: string): Promise<boolean> {
  return await unless('ResourceNotFoundException', dynamodb.send(new DescribeTableCommand({ TableName: name })))
}

/** Whether the request succeeded; false for the only error that is an answer. */
async function unless(name: string, request: Promise<unknown>): Promise<boolean> {
  try {
    await request
    return true
  } catch (error) {
    if (error instanceof Error && error.name === name) return false
    throw error
  }
}
