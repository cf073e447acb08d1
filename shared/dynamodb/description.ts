import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'

/**
 * The description of the table, for its creation. The indexes are sparse: an item without the index attributes has no
 * entry. `due` and `list` contain keys only, `cards` the card as well: a save that does not change these attributes does
 * not write to the indexes.
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
      { AttributeName: 'cardName', AttributeType: 'S' },
      { AttributeName: 'cardAt', AttributeType: 'N' },
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
      {
        IndexName: CARDS_INDEX,
        KeySchema: [
          { AttributeName: 'cardName', KeyType: 'HASH' },
          { AttributeName: 'cardAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['card'] },
      },
    ],
  }
}

export const DUE_INDEX = 'due'
export const LIST_INDEX = 'list'
export const CARDS_INDEX = 'cards'
/** The request UpdateTimeToLive switches on the time to live; the attribute has seconds since the epoch. */
export const TTL_ATTRIBUTE = 'ttl'
