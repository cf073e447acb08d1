import { crc32 } from 'node:zlib'

/** The columns of an item that cannot be derived from others. */
export interface SummedItem {
  partition: string
  sort: string
  version: number
  mark: string
  due_at: number | null
  list_name: string | null
  list_at: number | null
  expires_at: number | null
  card_name: string | null
  card_at: number | null
  card: string | null
  body: string
}

/**
 * The checksum of an item, which lies in its row. SQLite's own check sees broken pages, and cannot see a text that
 * changed: a page of a long body has nothing but text. CRC-32 of a megabyte takes a fifth of a millisecond. Items
 * without a card have the sum that they had before there were cards.
 */
export function itemSum(of: SummedItem): number {
  const { partition, sort, version, mark, due_at, list_name, list_at, expires_at } = of
  const card = of.card_name === null ? [] : [of.card_name, of.card_at, of.card]
  const columns = [partition, sort, version, mark, due_at, list_name, list_at, expires_at, ...card]
  return crc32(of.body, crc32(JSON.stringify(columns)))
}

/** The columns of a message that never change. */
export interface SummedMessage {
  queue: string
  account: string
  sent_at: number
  body: string
}

/** The checksum of a message, which lies beside its body. */
export function messageSum({ queue, account, sent_at, body }: SummedMessage): number {
  return crc32(body, crc32(JSON.stringify([queue, account, sent_at])))
}

/** A text of the file is not the text that was written. */
export class Damaged extends Error {}
