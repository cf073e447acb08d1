import * as z from 'zod'
import type { ContentForm } from '../../channel/content-form.ts'
import { field, type Settings } from '../../settings/field.ts'
import { bodyForm } from '../text/content.ts'
import { timeZoneText } from '../text/settings.ts'

/*
 * Settings of events that every kind of event bus has.
 */

/** Limits of EventBridge's PutEvents (client validation): source 128 characters, type 64, names 127. */
const SOURCE_CHARS = 128
const PREFIX_CHARS = 64 - ':comment'.length
const NAME_CHARS = 127

/** The characters of a URI reference (https://www.rfc-editor.org/rfc/rfc3986#appendix-A), which `source` has to be. */
const URI_REFERENCE = /^(?:[\w\-.~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/

/** Name of a bus, a region or an account. */
export const nameText = z
  .string()
  .max(NAME_CHARS)
  .regex(/^[\w.:/-]+$/, 'has to be of the characters a-z A-Z 0-9 . _ : / -')

const group = 'Events'

export const sourceText = z.string().max(SOURCE_CHARS).refine(isSource, 'has to be a URI or a name that is part of one')

export function sourceField(schema: typeof sourceText) {
  const help = 'Attribute `source` of every event. Absent: arms, of alerts acs.sls.alert.'
  return field(schema.optional(), { label: 'Source', help, group })
}

/** Attribute values that name a bus; absent values are not sent. */
export const busNameFields = {
  eventBus: field(nameText.optional(), { label: 'Bus name', help: 'Attribute aliyuneventbusname.', group }),
  region: field(nameText.optional(), { label: 'Region', help: 'Attribute aliyunregionid.', group }),
}

/** Attribute values that a bus of Alibaba Cloud writes itself, for every other bus. */
export const publisherFields = {
  accountId: field(nameText.optional(), {
    label: 'Account',
    help: 'Attribute aliyunaccountid. Absent: the account of the incident.',
    group,
  }),
  publishAddress: field(z.union([z.ipv4(), z.ipv6()], 'has to be an IP address').optional(), {
    label: 'Address of the publisher',
    help: 'Attribute aliyunpublishaddr. Absent: the address of this host, if known.',
    group,
  }),
}

/** A token of temporary keys: the token is sent in a header. */
export const tokenText = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'has characters that a header cannot hold')
  .max(8192)

export const eventFields = {
  tells: field(z.enum(['lifecycle', 'alerts']).optional(), {
    label: 'Tells',
    help: 'lifecycle (the default): the life-cycle events of incidents. alerts: notifications, one event for each alert.',
    group,
  }),
  source: sourceField(sourceText),
  typePrefix: field(
    z
      .string()
      .max(PREFIX_CHARS)
      .regex(/^[\w.:/-]+$/, 'has to be of the characters a-z A-Z 0-9 . _ : / -')
      .optional(),
    {
      label: 'Type prefix',
      help: 'Part of the attribute `type` before `:create`. Absent: aliyun:arms:alarm, of alerts sls:AlertEvent.',
      group,
    },
  ),
  timeZone: field(timeZoneText, { label: 'Time zone', help: 'IANA zone of startTime and endTime.', group }),
  links: field(z.boolean().optional(), {
    label: 'Signed links',
    help: 'externalURL is a link that shows the incident without a key.',
    group,
  }),
}

/** `source` and the begin of `type` of ARMS's life-cycle events, for buses that name neither. */
const LIFECYCLE = { source: 'arms', typePrefix: 'aliyun:arms:alarm' }

interface EventNames {
  tells?: 'lifecycle' | 'alerts' | undefined
  source?: string | undefined
  typePrefix?: string | undefined
}

/** The names in life-cycle events. */
export function lifecycleNames({ source, typePrefix }: EventNames): typeof LIFECYCLE {
  return { source: source ?? LIFECYCLE.source, typePrefix: typePrefix ?? LIFECYCLE.typePrefix }
}

/** Events of alerts in a delivery. */
interface AlertPart {
  alerts: number
  /** Of alerts. */
  bytes?: number
}

/** The parts in which a bus is told alerts; life-cycle events go out one by one. */
export function alertParts(of: (settings: Settings) => AlertPart) {
  const part = (settings: Settings): AlertPart | undefined => (tellsLifecycle(settings) ? undefined : of(settings))
  return {
    partAlerts: (settings: Settings): number | undefined => part(settings)?.alerts,
    bodyBytes: (settings: Settings): number | undefined => part(settings)?.bytes,
  }
}

/** Of the words of a content template: the attributes need a room of their own. */
const DATA_BYTES = 60 * 1024

/** Content templates of buses that tell alerts: an event for each alert, with a subject and data in its words. */
export const EVENT_CONTENT: ContentForm = {
  ...{ title: 'subject', form: bodyForm, modes: 'single', between: '\n' },
  mostBytes: () => DATA_BYTES,
}

/** Of settings in any form. */
export function tellsLifecycle({ tells }: Settings): boolean {
  return tells !== 'alerts'
}

/** A colon in the first part of a path would turn the text before it into a scheme. */
function isSource(text: string): boolean {
  return URI_REFERENCE.test(text) && (!/^[^/?]*:/.test(text) || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text))
}
