import { never } from '../../base/never.ts'
import type { CloudEvent } from '../events/event.ts'
import type { HttpContent } from '../http/send.ts'
import type { CloudEventsMode } from './kind.ts'

/** The events as bodies and headers of requests: a batch in one request, else each event in a request of its own. */
export function encodeCloudEvents(events: readonly CloudEvent[], mode: CloudEventsMode): HttpContent[] {
  if (events.length === 0) return []
  switch (mode) {
    case 'structured':
      return events.map((event) => {
        return { headers: { 'content-type': 'application/cloudevents+json' }, body: JSON.stringify(event) }
      })
    case 'batch':
      return [{ headers: { 'content-type': 'application/cloudevents-batch+json' }, body: JSON.stringify(events) }]
    case 'binary':
      return events.map(binary)
    default:
      return never(mode)
  }
}

function binary({ data, datacontenttype, ...attributes }: CloudEvent): HttpContent {
  const headers = Object.entries(attributes).map(([name, value]): [string, string] => [`ce-${name}`, escaped(value)])
  return { headers: { ...Object.fromEntries(headers), 'content-type': datacontenttype }, body: JSON.stringify(data) }
}

/** Percent-encoding as the binding asks (3.1.3.2): blanks, quotes, percent signs, and UTF-8 beyond printable ASCII. */
function escaped(value: string): string {
  return value.toWellFormed().replace(/[^\x21\x23\x24\x26-\x7e]/gu, encodeURIComponent)
}
