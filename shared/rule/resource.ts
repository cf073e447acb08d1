import { isObject } from '../base/value.ts'
import { compileFieldTexts, distinct, type FieldTexts, textsOf } from './field-text.ts'
import { compileLookup } from './lookup.ts'

/**
 * The names of the resources of a type in a record of ActionTrail. `referencedResources` has them by type. Otherwise
 * `resourceType` lists types divided by `;`, and `resourceName` has at the same place the name of the resource, or
 * several names divided by `,`. A record that names no type leaves open of which type its names are.
 * Source: https://www.alibabacloud.com/help/en/actiontrail/product-overview/actiontrail-event-reference
 */
export function compileResourceNames(type: string): FieldTexts {
  const referenced = compileLookup('referencedResources')
  const types = compileFieldTexts('resourceType')
  const names = compileFieldTexts('resourceName')
  return (record) => {
    const byType = isObject(record) ? referenced(record) : undefined
    const listed = isObject(byType) && Object.hasOwn(byType, type) ? textsOf(byType[type]) : []
    if (listed.length > 0) return listed
    const given = types(record).flatMap((text) => text.split(';').map((one) => one.trim().toLowerCase()))
    const places = names(record).flatMap((text) => text.split(';'))
    const chosen = given.length === 0 ? places : places.filter((_, place) => given[place] === type.toLowerCase())
    return distinct(chosen.flatMap((text) => text.split(',').map((name) => name.trim())))
  }
}
