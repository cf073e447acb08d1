import { elements, type Requests } from './requests.ts'
import { NAME } from './stack.ts'

/** One action on one resource. */
export interface Right {
  action: string
  resource: string
}

interface Statement {
  Sid: string
  Effect: 'Allow'
  Action: string[]
  Resource: string | string[]
  Condition?: object
}

/** Rights used by Lambda itself. The emulator does not check these rights, so a test without them proves nothing. */
const NOT_ASKED_FOR = ['WriteItsLog', 'BeFed']
/**
 * The emulator's name for an action that AWS allows with `SendMessage`: given and taken together with `SendMessage`.
 */
const TWIN = 'sqs:SendMessageBatch'

/** The role of a function, as deployed. */
export interface RolePolicy {
  rights: Right[]
  /** The rights checked by the emulator. */
  proven: Right[]
  /** Takes a right away; the function goes on without the right until `restore`. */
  takeAway(right: Right): Promise<void>
  restore(): Promise<void>
}

export async function rolePolicy(aws: Requests, name: string): Promise<RolePolicy> {
  const about = { RoleName: `${NAME}-${name}`, PolicyName: name }
  const iam = (Action: string, more: Record<string, string> = {}) =>
    aws.form('iam', '2010-05-08', { Action, ...about, ...more })
  const put = async (Statement: Statement[]): Promise<void> => {
    await iam('PutRolePolicy', { PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }) })
  }
  const [document = ''] = elements(await iam('GetRolePolicy'), 'PolicyDocument')
  const given = readDocument(document)
  const proven = given.filter(({ Sid }) => !NOT_ASKED_FOR.includes(Sid))
  return {
    rights: given.flatMap(rightsOf),
    proven: proven.flatMap(rightsOf),
    takeAway: ({ action, resource }) => put(given.flatMap((statement) => without(statement, action, resource))),
    restore: () => put(given),
  }
}

/** XML with quotes that may be escaped, around JSON that may be percent-encoded. */
function readDocument(text: string): Statement[] {
  const plain = text.startsWith('%7B')
    ? decodeURIComponent(text)
    : text.replaceAll('&quot;', '"').replaceAll('&amp;', '&')
  return JSON.parse(plain).Statement
}

function rightsOf({ Action, Resource }: Statement): Right[] {
  const actions = Action.filter((action) => action !== TWIN)
  return actions.flatMap((action) => [Resource].flat().map((resource) => ({ action, resource })))
}

/** The statement in two parts: the resource without the action, and the rest as before. */
function without(statement: Statement, action: string, resource: string): Statement[] {
  const others = [statement.Resource].flat().filter((other) => other !== resource)
  const taken = action === 'sqs:SendMessage' ? [action, TWIN] : [action]
  const rest = statement.Action.filter((other) => !taken.includes(other))
  const parts = [
    { ...statement, Sid: `${statement.Sid}Others`, Resource: others },
    { ...statement, Sid: `${statement.Sid}Rest`, Action: rest, Resource: resource },
  ]
  const touches = others.length < [statement.Resource].flat().length && rest.length < statement.Action.length
  return touches ? parts.filter(({ Action, Resource }) => Action.length > 0 && Resource.length > 0) : [statement]
}
