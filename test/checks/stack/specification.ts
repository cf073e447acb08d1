import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec'
import type { Resource, Template } from './stack.ts'

type Database = ReturnType<typeof loadAwsServiceSpecSync>
type Specified = ReturnType<Database['all']>[number] & {
  properties: Record<string, { type: Type; required?: boolean }>
}

/** Types of properties, as far as the check looks into the types. */
interface Type {
  type: string
  element?: Type
  types?: Type[]
  reference?: { $ref: string }
}

let database: Database | undefined

/**
 * Mistakes of a template by CloudFormation's own description of its resources: unknown types, unknown properties and
 * attributes, missing properties, references to nothing. Values are not judged.
 */
export function problems(template: Template): string[] {
  database ??= loadAwsServiceSpecSync()
  const found: string[] = []
  for (const [id, resource] of Object.entries(template.Resources)) {
    const [specified] = database.lookup('resource', 'cloudFormationType', 'equals', resource.Type)
    if (!specified) found.push(`${id}: there is no ${resource.Type}`)
    else checkObject(id, resource.Properties, specified as unknown as Specified, found)
  }
  checkReferences('', template, template, found)
  return found
}

function checkObject(at: string, value: Record<string, unknown>, { properties }: Specified, found: string[]): void {
  for (const [name, { required }] of Object.entries(properties)) {
    if (required && !(name in value)) found.push(`${at}: ${name} is missing`)
  }
  for (const [name, inner] of Object.entries(value)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (!property) found.push(`${at}: there is no ${name}`)
    else checkValue(`${at}.${name}`, inner, property.type, found)
  }
}

function checkValue(at: string, value: unknown, type: Type, found: string[]): void {
  if (isIntrinsic(value)) return
  if (type.type === 'ref') {
    if (!isObject(value)) found.push(`${at}: it has to be an object`)
    else
      checkObject(at, value, database?.get('typeDefinition', type.reference?.$ref ?? '') as unknown as Specified, found)
  } else if (type.type === 'array') {
    if (!Array.isArray(value)) found.push(`${at}: it has to be a list`)
    else for (const [index, one] of value.entries()) checkValue(`${at}.${index}`, one, type.element as Type, found)
  } else if (type.type === 'map') {
    if (!isObject(value)) found.push(`${at}: it has to be a map`)
    else for (const [key, one] of Object.entries(value)) checkValue(`${at}.${key}`, one, type.element as Type, found)
  } else if (type.type === 'union') {
    checkUnion(at, value, type.types ?? [], found)
  } else if (isObject(value) !== (type.type === 'json') && type.type !== 'tag') {
    found.push(`${at}: it has to be ${type.type}`)
  }
}

/** One alternative has to fit; the problems of the last alternative stand for the rest. */
function checkUnion(at: string, value: unknown, types: Type[], found: string[]): void {
  let complaints: string[] = []
  for (const type of types) {
    complaints = []
    checkValue(at, value, type, complaints)
    if (complaints.length === 0) return
  }
  found.push(...complaints)
}

function checkReferences(at: string, value: unknown, template: Template, found: string[]): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    const there = `${at}/${key}`
    if (key === 'Ref') checkTarget(there, String(inner), undefined, template, found)
    else if (key === 'Fn::GetAtt') checkTarget(there, inner[0], inner[1], template, found)
    else if (key === 'Fn::Sub') {
      for (const [, id, attribute] of String(inner).matchAll(/\$\{([\w:]+)(?:\.([\w.]+))?\}/g)) {
        checkTarget(there, id as string, attribute, template, found)
      }
    } else checkReferences(there, inner, template, found)
  }
}

function checkTarget(at: string, id: string, attribute: string | undefined, { Resources }: Template, found: string[]) {
  if (id.startsWith('AWS::')) return
  const to: Resource | undefined = Object.hasOwn(Resources, id) ? Resources[id] : undefined
  if (!to) found.push(`${at}: there is no resource ${id}`)
  else if (attribute !== undefined) {
    const [specified] = database?.lookup('resource', 'cloudFormationType', 'equals', to.Type) ?? []
    if (specified && !Object.hasOwn(specified.attributes, attribute)) found.push(`${at}: ${id} has no ${attribute}`)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** CloudFormation derives the type. */
function isIntrinsic(value: unknown): boolean {
  if (!isObject(value)) return false
  const [key, ...more] = Object.keys(value)
  return more.length === 0 && key !== undefined && (key === 'Ref' || key.startsWith('Fn::'))
}
