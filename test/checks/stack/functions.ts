import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ofType, type Properties, ROOT, type Template, target } from './stack.ts'

/** The function that each queue feeds. */
export const FEEDS: Record<string, string> = {
  alerts: 'dispatch',
  deliveries: 'notify',
  records: 'evaluate',
  forwards: 'forward',
}

/** The same with the parts of infra/aws/parts that make a queue. */
export const FEEDS_WITH_TRAIL: Record<string, string> = { ...FEEDS, trail: 'ingest' }

/** Variables given only by a part. */
export const OF_PARTS = ['TOCSIN_TRAIL_INTEGRATION']

/** Every function of the tree. */
export const NAMES = globSync('functions/*/lambda.ts', { cwd: ROOT })
  .map((path) => path.split('/')[1] as string)
  .sort()

/** The variables that a function's `lambda.ts` reads. */
export function variablesOf(name: string): string[] {
  const text = readFileSync(join(ROOT, `functions/${name}/lambda.ts`), 'utf8')
  return [...text.matchAll(/\b(?:env|optionalEnv)\('([A-Z_]+)'\)/g)].map(([, variable]) => variable as string).sort()
}

/** A function's resource, by the function's name. */
export function functionOf(template: Template, name: string): Properties {
  const found = ofType(template, 'AWS::Lambda::Function').find(
    ([, { Properties }]) => Properties.FunctionName === `tocsin-test-${name}`,
  )
  if (!found) throw new Error(`the template has no function ${name}`)
  return found[1].Properties
}

/** The queue that feeds a function, and the settings of the mapping; undefined for functions without a queue. */
export function mappingOf(template: Template, name: string): { queue: string; mapping: Properties } | undefined {
  const fed = ofType(template, 'AWS::Lambda::EventSourceMapping').filter(([, { Properties }]) => {
    const id = target(Properties.FunctionName) ?? ''
    return template.Resources[id]?.Properties.FunctionName === `tocsin-test-${name}`
  })
  if (fed.length > 1) throw new Error(`${name} is fed by ${fed.length} queues`)
  const mapping = fed[0]?.[1].Properties
  return mapping && { queue: queueName(template, target(mapping.EventSourceArn) ?? ''), mapping }
}

export function queueName({ Resources }: Template, id: string): string {
  return String(Resources[id]?.Properties.QueueName).replace('tocsin-test-', '')
}

/** An allowed action on a resource, with its condition: `sqs:SendMessage on AlertsQueue`. */
export function rightsOf({ Resources }: Template, name: string): string[] {
  const role = Object.values(Resources).find(
    ({ Type, Properties }) => Type === 'AWS::IAM::Role' && Properties.RoleName === `tocsin-test-${name}`,
  )
  if (!role) throw new Error(`there is no role of ${name}`)
  const { Policies, ManagedPolicyArns = [] } = role.Properties
  const statements = Policies.flatMap(({ PolicyDocument }: Properties) => PolicyDocument.Statement)
  return [...statements.flatMap(rightsOfStatement), ...ManagedPolicyArns].sort()
}

function rightsOfStatement({ Effect, Action, Resource, Condition }: Properties): string[] {
  if (Effect !== 'Allow') throw new Error(`a role's statement with ${Effect}`)
  const when = Condition ? ` when ${JSON.stringify(Condition)}` : ''
  return list(Action).flatMap((action) => list(Resource).map((on) => `${action} on ${shown(on)}${when}`))
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value]
}

/** References by logical id, ARNs without the beginning common to the template's ARNs. */
function shown(on: unknown): string {
  const { 'Fn::Sub': sub, 'Fn::GetAtt': att } = on as Properties
  if (Array.isArray(att)) return att[0]
  return String(sub ?? on)
    .replace(/^arn:|\$\{AWS::\w+\}:/g, '')
    .replace(/\$\{(\w+)\.Arn\}/g, '$1')
}
