import { suggestion } from '../base/suggest.ts'
import type { LogSource } from './rule.ts'

/** Sigma's names of the trails: https://sigmahq.io/docs/basics/log-sources.html */
export const TRAIL_SOURCES = {
  cloudtrail: { product: 'aws', service: 'cloudtrail' },
  actiontrail: { product: 'alibabacloud', service: 'actiontrail' },
} as const

/** A rule without a product applies to every product, and a rule without a service to every service. */
export function appliesTo({ product, service }: LogSource, trail: keyof typeof TRAIL_SOURCES): boolean {
  const source = TRAIL_SOURCES[trail]
  return isMissingOr(product, source.product) && isMissingOr(service, source.service)
}

function isMissingOr(given: string | undefined, wanted: string): boolean {
  return given === undefined || given.toLowerCase() === wanted
}

/** Why the rule is applied to no record; undefined: it is applied to the records of some trail. */
export function neverAsked({ product, service }: LogSource): string | undefined {
  const sources = Object.values(TRAIL_SOURCES)
  const ofProduct = sources.filter((source) => isMissingOr(product, source.product))
  if (ofProduct.some((source) => isMissingOr(service, source.service))) return undefined
  if (ofProduct.length === 0)
    return unknown(
      'no trail is',
      product ?? '',
      sources.map((source) => source.product),
    )
  const words = ofProduct.map((source) => source.service)
  return unknown(product === undefined ? 'no trail is' : `no trail of ${product} is`, service ?? '', words)
}

function unknown(what: string, given: string, known: readonly string[]): string {
  return `never asked: ${what} ${JSON.stringify(given.slice(0, 100))} (${known.join(', ')})${suggestion(given, known)}`
}
