import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'

/**
 * The table as it has to be made. Both indexes are sparse (an item without their attributes is in
 * none) and have keys only: what is saved without a change of these is not written to them again.
 */
export function createTableInput(tableName: string): CreateTableCommandInput {
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
      { AttributeName: 'dueBucket', AttributeType: 'N' },
      { AttributeName: 'dueMinute', AttributeType: 'N' },
      { AttributeName: 'listName', AttributeType: 'S' },
      { AttributeName: 'listAt', AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: DUE_INDEX,
        KeySchema: [
          { AttributeName: 'dueBucket', KeyType: 'HASH' },
          { AttributeName: 'dueMinute', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
      {
        IndexName: LIST_INDEX,
        KeySchema: [
          { AttributeName: 'listName', KeyType: 'HASH' },
          { AttributeName: 'listAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  }
}

export const DUE_INDEX = 'due'
export const LIST_INDEX = 'list'
/** Time to live is switched on by a request of its own (UpdateTimeToLive); seconds since the epoch. */
export const TTL_ATTRIBUTE = 'ttl'
