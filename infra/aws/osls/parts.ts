import { type OslsFunction, type OslsResource, refusal } from './osls.ts'

/** The content of `infra/aws/parts/*.yml`. */
export interface Part {
  Resources?: Record<string, OslsResource>
  Outputs?: Record<string, object>
  /** Settings that replace the settings of the function; variables and events are added to the function's own. */
  functions?: Record<string, Partial<OslsFunction>>
  /** More of a role's or a queue policy's statements, by the logical id. */
  statements?: Record<string, object[]>
}

/** The variables of the deploying person, as serverless.yml passes the variables on: empty when not set. */
export interface PartSettings {
  trailBucket: string
  trailPrefix: string
  trailEvents: string
  trailIntegration: string
  domain: string
  certificate: string
  sesIdentity: string
}

export type PartName = 'trail' | 'trailBucket' | 'trailEvents' | 'domain' | 'mail'

/**
 * The active parts. Settings that contradict each other are refused here: once deployed, the contradiction would only
 * fail later.
 */
export function partsOf(settings: PartSettings): PartName[] {
  const { trailBucket, trailPrefix, trailEvents, trailIntegration, domain, certificate, sesIdentity } = settings
  const trail = [
    ...(trailBucket === '' ? [] : ['trailBucket' as const]),
    ...(trailEvents === '' ? [] : ['trailEvents' as const]),
  ]
  check(/^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$/.test(trailBucket), 'TOCSIN_TRAIL_BUCKET has to be the name of a bucket')
  check(
    /^([\w!.'()-]+\/)*$/.test(trailPrefix),
    'TOCSIN_TRAIL_PREFIX has to be what stands before AWSLogs/, and to end in /',
  )
  check(trailEvents === '' || trailEvents === 'on', 'TOCSIN_TRAIL_EVENTS has to be on, or not set')
  const named = /^[a-z0-9][a-z0-9-]{0,62}\/[\w.-]{1,100}$/.test(trailIntegration)
  check(
    named || trail.length === 0,
    'TOCSIN_TRAIL_INTEGRATION has to be account/integration: whose records those of the trail are',
  )
  check(/^([a-z0-9-]+\.)*[a-z0-9-]*$/.test(domain), 'TOCSIN_DOMAIN has to be a host name')
  check(
    (domain === '') === (certificate === ''),
    'TOCSIN_DOMAIN and TOCSIN_CERTIFICATE_ARN are set together, or neither is',
  )
  check(
    /^([\w.+=-]+@)?([a-z0-9-]+\.)*[a-z0-9-]*$/.test(sesIdentity),
    'TOCSIN_SES_IDENTITY has to be a domain or a mailbox that Amazon SES has verified',
  )
  return [
    ...(trail.length === 0 ? [] : ['trail' as const]),
    ...trail,
    ...(domain === '' ? [] : ['domain' as const]),
    ...(sesIdentity === '' ? [] : ['mail' as const]),
  ]
}

/** The service in the memory of osls, once the service's lists are merged. */
export interface MergedService {
  functions: Record<string, OslsFunction>
  resources: { Resources: Record<string, OslsResource>; Outputs?: Record<string, object> }
}

export function addPart({ functions, resources }: MergedService, part: Part): void {
  Object.assign(resources.Resources, part.Resources)
  if (part.Outputs) resources.Outputs = { ...resources.Outputs, ...part.Outputs }
  for (const [name, { environment, events, ...settings }] of Object.entries(part.functions ?? {})) {
    const into = found(functions, name)
    Object.assign(into, settings)
    if (environment) into.environment = { ...into.environment, ...environment }
    if (events) into.events = [...(into.events ?? []), ...events]
  }
  for (const [id, statements] of Object.entries(part.statements ?? {})) {
    const { Policies, PolicyDocument } = found(resources.Resources, id).Properties
    const document = PolicyDocument ?? Policies?.[0]?.PolicyDocument
    if (document === undefined) throw new Error(`${id} has no statements`)
    document.Statement.push(...statements)
  }
}

function found<Thing>(all: Record<string, Thing>, name: string): Thing {
  const thing = all[name]
  if (thing === undefined) throw new Error(`there is no ${name}`)
  return thing
}

function check(holds: boolean, otherwise: string): void {
  if (!holds) throw refusal(otherwise, 'PART_INVALID')
}
