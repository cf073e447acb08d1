import type { ReceiverList } from './list.ts'
import { webhookList } from './webhook.ts'

/** The lists of receivers that are taken. */
export const RECEIVER_LISTS: readonly ReceiverList[] = [webhookList]
