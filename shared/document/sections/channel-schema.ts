import * as z from 'zod'
import { channelTypes } from '../../channels/registry.ts'
import { settingsSchema } from '../../settings/field.ts'
import { id, name } from '../reading/fields.ts'

/** The fields of every channel beside `id` and `type`. */
export const channelFields = {
  name: name.optional().describe('For people. Absent: the id'),
  sendResolved: z.boolean().default(true),
  receiver: z.string().min(1).max(4096).optional(),
  template: z.string().optional().describe('Content template of messages, unless the policy names one'),
}

/** A field of every channel, unless the kind has a setting of that name: receivers of an alertmanager.yml have one. */
export const channelDescription = z.string().max(1000).optional().describe('For people')

const shownId = id.optional().describe('Required when a channel is added; never changes')

/** Some generators of clients take the name of a schema for the value, unless told. */
const mapping = Object.fromEntries(
  [...channelTypes.keys()].map((type) => [type, `#/components/schemas/${nameOf(type)}`]),
)

/** One entry of `channels` as the OpenAPI document describes it, by `type`. Reading checks more than this. */
export const channelSchema = z
  .discriminatedUnion(
    'type',
    [...channelTypes.values()].map(({ kind }) =>
      z
        .strictObject({
          id: shownId,
          type: z.literal(kind.type),
          ...channelFields,
          description: channelDescription,
          ...settingsSchema(kind.fields).shape,
        })
        .meta({ id: nameOf(kind.type), title: kind.label }),
    ) as unknown as [z.ZodObject<{ type: z.ZodLiteral<string> }>],
  )
  .meta({ id: 'Channel', discriminator: { propertyName: 'type', mapping } })

/** `aws-eventbridge` is `AwsEventbridgeChannel`. */
function nameOf(type: string): string {
  return `${type.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Channel`
}
