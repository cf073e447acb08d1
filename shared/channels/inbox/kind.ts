import { SECOND } from '../../base/time.ts'
import { channelKind } from '../../channel/kind.ts'
import { PLAIN_CONTENT } from '../text/content.ts'

/** Alerts in a message at most; a message says how many more there are. */
export const MOST_ALERTS = 20
/** A message is an item of the table, and a page of an inbox is many. */
export const TEXT_ROOM = { bytes: 16 * 1024 }

/** The message centre: messages are kept here, for users to read. */
export const inboxKind = channelKind({
  type: 'inbox',
  label: 'Message centre',
  fields: {},
  content: { ...PLAIN_CONTENT, room: TEXT_ROOM },
  recipients: 'user',
  mostAlerts: () => MOST_ALERTS,
  timeoutMs: () => 10 * SECOND,
})
