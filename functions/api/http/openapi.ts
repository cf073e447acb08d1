import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import type { ApiDeps } from './deps.ts'
import { type Components, describeOperation, type Json, tagOf } from './describe.ts'
import { INGESTED } from './ingested.ts'
import type { Described, Route } from './route.ts'

const OPENAPI_PATH = '/openapi.json'

/** The OpenAPI description of the api, made of the same routes that the router mounts. */
export function openapiRoute(deps: ApiDeps, routes: () => readonly Route[]): Route {
  let made: Json | undefined
  return {
    method: 'GET',
    path: OPENAPI_PATH,
    access: 'anyone',
    about: {
      summary: 'This description',
      answers: { 200: { text: 'OpenAPI 3.1', schema: z.record(z.string(), z.unknown()) } },
    },
    handle: () => {
      made ??= openapi(deps, [...routes().filter(({ page }) => !page), ...INGESTED])
      return json(200, made)
    },
  }
}

const ABOUT =
  'Alerts come in at the URLs of integrations; everything else is below `/api/v1`. Below `/api/v2`, and below the URL of an integration with `access: full`, Tocsin serves version 2 of the API of Alertmanager, with its forms of errors.'

const TAGS: Record<string, string> = {
  'integration-url': 'The URL of an integration: posts, and with `access: full` the API of Alertmanager',
  accounts: 'Accounts, for the operator',
  me: 'Who asks',
  keys: 'API keys of the account',
  'sign-in-links': 'Addresses that sign a browser in',
  config: 'The account as one document',
  integrations: 'Where alerts and audit records come in',
  channels: 'The ways out',
  templates: 'The words of messages',
  policies: 'Who is told of which alerts',
  rules: 'Rules that raise alerts from audit records',
  'rule-templates': 'The rules that ship',
  users: 'The people who can be told',
  'user-groups': 'Users who are told together',
  calendars: 'Days and hours of work',
  inbox: 'The message centre: messages for users to read',
  views: 'Lists of the console under a name',
  forwarding: 'Alerts to another account',
  summary: 'The account in numbers',
  groups: 'Groups of alerts, as a list for people',
  labels: 'Labels of the present alerts',
  alerts: 'The present alerts',
  incidents: 'Incidents, and what people do about incidents',
  silences: 'What is held back, by whom and until when',
  links: 'Links that show one incident without a key',
  deliveries: 'What was sent',
  events: 'Life-cycle events as they were sent',
  alertmanager: 'The API of Alertmanager, version 2',
  host: 'Probes, metrics, and this description',
}

function openapi({ version, publicUrl }: Pick<ApiDeps, 'version' | 'publicUrl'>, routes: readonly Described[]): Json {
  const components: Components = { schemas: {}, responses: {}, converted: new Map() }
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describeOperation(route, components) }
  }
  const used = new Set(routes.map(({ path }) => tagOf(path)))
  return {
    openapi: '3.1.0',
    info: { title: 'Tocsin', version, description: ABOUT, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: publicUrl, description: 'The public URL of this installation' }],
    tags: Object.entries(TAGS).flatMap(([name, description]) => (used.has(name) ? [{ name, description }] : [])),
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key of the account' },
        keyAsPassword: { type: 'http', scheme: 'basic', description: 'An API key as the password; any user name' },
        adminKey: { type: 'http', scheme: 'bearer', description: "The operator's key" },
        adminKeyAsPassword: { type: 'http', scheme: 'basic', description: "The operator's key as the password" },
      },
      schemas: components.schemas,
      responses: components.responses,
    },
  }
}
