import * as z from 'zod'
import type { Described, RouteDescription } from './route.ts'
import { labels } from './schemas.ts'

/*
 * The two operations that ingest serves. The api has no such routes; the OpenAPI document describes them, because
 * every sender uses them.
 */

export const postableAlert = z
  .object({
    labels,
    annotations: labels.optional(),
    startsAt: z.iso.datetime({ offset: true }).optional(),
    endsAt: z.iso.datetime({ offset: true }).optional(),
    generatorURL: z.string().optional(),
  })
  .meta({ id: 'PostableAlert' })

/** Bodies of the formats: docs/integrations.md describes each format. */
const posted = z
  .union([z.looseObject({}), z.array(z.looseObject({}))])
  .meta({ id: 'PostedBody' })
  .describe('A body in the format of the integration, one or a list')

/** The body may be compressed, once. */
export const postedHeaders = { 'Content-Encoding': z.enum(['gzip', 'identity']).default('identity') }

/** Formats other than `prometheus` and `alertmanager` take a body of any content type; JSON has to be inside. */
export const postedBody: NonNullable<RouteDescription['body']> = {
  types: [
    'application/json',
    'application/cloudevents+json',
    'application/cloudevents-batch+json',
    'application/x-ndjson',
  ],
  schema: posted,
}

const acceptedItems = z.object({ accepted: z.int() }).meta({ id: 'Accepted' })

const refusals = {
  403: { text: 'The owner has paused the integration' },
  404: { text: 'The path takes no alerts' },
  405: { text: 'Only POST is taken' },
  415: { text: 'The content type or the content encoding is not accepted; `gzip` is' },
}

export const INGESTED: readonly Described[] = [
  {
    method: 'POST',
    path: '/i/{token}',
    access: 'url',
    about: {
      summary: 'Post alerts or audit records, in the format of the integration',
      headers: postedHeaders,
      body: postedBody,
      answers: {
        202: { text: 'All are in the queue', schema: acceptedItems },
        400: { text: 'The body cannot be read, or some of its entries; the answer names these, the others are taken' },
        ...refusals,
        422: { text: 'The body is not of the format' },
      },
    },
  },
  {
    method: 'POST',
    path: '/i/{token}/api/v2/alerts',
    access: 'url',
    about: {
      summary: 'Post alerts, as Prometheus does; for integrations of type `prometheus`',
      headers: postedHeaders,
      body: { schema: z.array(postableAlert) },
      answers: {
        200: { text: 'All are in the queue' },
        400: { text: 'The body cannot be read, or some of its alerts; the others are taken' },
        ...refusals,
        422: { text: 'A required field is missing' },
      },
    },
  },
]
