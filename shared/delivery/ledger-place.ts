import { digest } from '../base/hash.ts'

/*
 * The place of a delivery in the ledgers, as the head keeps the place: `<ledger>`, or `<ledger>~<parts>` where a group
 * opened more deliveries at once than a ledger has. The text is the same for all deliveries that a group opened at once,
 * so a head with many equal targets keeps the text once.
 */

/** The ledger of a delivery: an attempt at the delivery is claimed beside this ledger, and at no other place. */
export function ledgerOf(place: string, delivery: string): string {
  const [ledger = '', parts] = place.split('~')
  return parts === undefined ? ledger : partName(ledger, partOf(delivery, Number(parts)))
}

/** The place of deliveries over so many ledgers. */
export function placeInParts(ledger: string, parts: number): string {
  return `${ledger}~${parts}`
}

export function partName(ledger: string, part: number): string {
  return `${ledger}.${part}`
}

export function partOf(delivery: string, parts: number): number {
  return Number.parseInt(digest([delivery], 8), 16) % parts
}
