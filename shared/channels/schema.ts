import * as z from 'zod'
import { settingsSchema } from '../settings/field.ts'
import { channelTypes } from './registry.ts'

const id = z.string().optional().describe('Required when a channel is added; never changes')

/** One entry of `channels` as the OpenAPI document describes it, by `type`. Reading checks more than this. */
export const channelSchema = z.union(
  [...channelTypes.values()].map(({ kind }) =>
    z
      .object({ id, type: z.literal(kind.type), sendResolved: z.boolean().optional() })
      .extend(settingsSchema(kind.fields).shape)
      .meta({ title: kind.label }),
  ),
)
