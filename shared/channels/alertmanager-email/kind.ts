import * as z from 'zod'
import { isObject } from '../../base/value.ts'
import type { Problem } from '../../problem/problem.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { field, type Settings, type SettingsOf } from '../../settings/field.ts'
import { call, mappingOf, switchField, templateText, words } from '../alertmanager/fields.ts'
import { receiverKind } from '../alertmanager/kind.ts'
import { hostProblem } from '../email/address.ts'
import { authorityProblem, LOGIN_TEXT, LONGEST_TIMEOUT_MS } from '../email/kind.ts'

const required = (label: string) =>
  field(templateText.min(1, 'must not be empty'), {
    label,
    help: 'Mailboxes, with commas between them.',
    template: 'text',
  })

const loginText = z.string().max(4096).regex(LOGIN_TEXT, 'has control characters, or is empty')

const fields = {
  to: required('To'),
  from: required('From'),
  smarthost: field(checkedText(smarthostProblem), { label: 'Mail server', help: 'host:port', address: true }),
  hello: field(
    z
      .string()
      .regex(/^[\w.[\]:-]{1,253}$/, 'is not the name of a host')
      .default('localhost'),
    {
      label: 'Name of this host for the server',
    },
  ),
  auth_username: field(loginText.max(256).optional(), { label: 'User name' }),
  auth_password: field(loginText.optional(), { label: 'Password', secret: true }),
  require_tls: switchField('TLS is required', true),
  force_implicit_tls: field(z.boolean().optional(), {
    label: 'TLS from the first byte',
    help: 'Absent: on port 465.',
  }),
  ca: field(checkedText(authorityProblem).optional(), {
    label: 'Authority',
    help: 'Certificates (PEM) of the only authorities that the server may have its certificate from.',
  }),
  headers: field(mappingOf(templateText).default({}).transform(withSubject), {
    label: 'Headers',
    help: 'By name: Subject, To and From too.',
    template: 'text',
  }),
  html: words('HTML', call('email.default.html'), 'html'),
  text: words('Text'),
  threading: field(
    z
      .strictObject({ enabled: z.boolean().default(false), thread_by_date: z.enum(['none', 'daily']).optional() })
      .default({ enabled: false }),
    { label: 'Messages of a group stand together', help: 'By thread_by_date of a day (daily), or all of them (none).' },
  ),
}

/** Settings of a receiver by e-mail, secrets in plain text. */
export type AlertmanagerEmailSettings = SettingsOf<typeof fields>

export const alertmanagerEmailKind = receiverKind({
  type: 'alertmanager-email',
  label: 'E-mail, as a receiver of an alertmanager.yml',
  list: 'email_configs',
  fields,
  check: emailProblems,
  timeoutMs: () => LONGEST_TIMEOUT_MS,
})

/** As in Alertmanager, a mail has a subject unless the headers say another one. */
function withSubject(headers: Record<string, string>): Record<string, string> {
  const says = Object.keys(headers).some((name) => name.toLowerCase() === 'subject')
  return says ? headers : { ...headers, Subject: call('email.default.subject') }
}

export function serverOf(smarthost: string): { host: string; port: number } {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(smarthost) ?? []
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }
}

function smarthostProblem(text: string): string | undefined {
  const { host, port } = serverOf(text)
  if (port < 1 || port > 65_535) return 'is not a host and a port such as smtp.example.com:587'
  return hostProblem(host)
}

/** Headers that describe the message itself, or that a server writes. */
const RESERVED = /^(?:content-.*|mime-version|date|dkim-.*|received|return-path|bcc)$/i

function emailProblems(given: Settings): Problem[] {
  const { auth_username: user, auth_password: password, headers = {}, threading } = given
  const problems: Problem[] = []
  const say = (path: string, message: string): void => void problems.push({ path, message })
  if ((user === undefined) !== (password === undefined)) {
    say(user === undefined ? 'auth_username' : 'auth_password', 'is required beside the other half of the login')
  }
  const names = isObject(headers) ? Object.keys(headers) : []
  const seen = new Set<string>()
  for (const name of names) {
    if (!/^[\w!#$%&'*+.^`|~-]{1,76}$/.test(name)) say('headers', 'has a name that is none of a header')
    else if (RESERVED.test(name)) say(`headers.${name}`, 'must not be set: Tocsin writes it')
    if (seen.has(name.toLowerCase())) say(`headers.${name}`, 'is there twice')
    seen.add(name.toLowerCase())
  }
  const { enabled = false, thread_by_date: by } = isObject(threading) ? threading : {}
  if (enabled !== true) return problems
  if (by === undefined) say('threading.thread_by_date', 'is required: none or daily')
  for (const name of ['references', 'in-reply-to']) {
    if (seen.has(name)) say('threading.enabled', `is refused beside a header ${name} of your own`)
  }
  return problems
}
