import { X509Certificate } from 'node:crypto'
import * as z from 'zod'
import { mailboxProblem } from '../../base/mailbox.ts'
import { SECOND } from '../../base/time.ts'
import { channelKind } from '../../channel/kind.ts'
import { HTML } from '../../jinja/values/form.ts'
import type { Problem } from '../../problem/problem.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { field, type Settings, type SettingsOf } from '../../settings/field.ts'
import { foreignProblems } from '../../settings/providers.ts'
import { endpointField, keyFields, keyProblems, regionText } from '../aws/keys.ts'
import { detailsField, detailsOf } from '../chat/settings.ts'
import { textFields } from '../text/settings.ts'
import { hostProblem, readSender } from './address.ts'

const MOST_MAILBOXES = 50
/** Alerts in a message at most; a message says the number of further alerts. */
export const MOST_ALERTS = 50
/** Mail servers answer late on purpose, against spam. A send has to end while its worker still runs. */
export const LONGEST_TIMEOUT_MS = 25 * SECOND
const CA_CHARS = 64 * 1024
/**
 * No control characters: SMTP's PLAIN separates user name and password by NUL (RFC 4616). The pattern means the same
 * without the flag `u`, as JSON Schema reads it.
 */
export const LOGIN_TEXT = /^[ -~\u00a0-\uffff]+$/

const group = 'SMTP'

const PROVIDERS = ['smtp', 'ses'] as const

const fields = {
  provider: field(z.enum(PROVIDERS).default('smtp'), {
    label: 'Provider',
    help: 'smtp: any mail server. ses: the API of Amazon SES.',
  }),
  host: field(checkedText(hostProblem).optional(), { label: 'Host', help: 'The mail server.', group, address: true }),
  port: field(z.int().min(1).max(65_535).optional(), {
    label: 'Port',
    help: 'Absent: 465 with implicit TLS, else 587.',
    group,
    address: true,
  }),
  tls: field(z.enum(['starttls', 'implicit', 'none']).optional(), {
    label: 'TLS',
    help: 'starttls by default. Unless none is given, nothing is sent in the clear.',
    group,
  }),
  username: field(z.string().max(256).regex(LOGIN_TEXT, 'has control characters, or is empty').optional(), {
    label: 'User name',
    group,
  }),
  password: field(z.string().max(4096).regex(LOGIN_TEXT, 'has control characters, or is empty').optional(), {
    label: 'Password',
    group,
    secret: true,
  }),
  ca: field(checkedText(authorityProblem).optional(), {
    label: 'Authority',
    help: 'Certificates (PEM) of the only authorities that the server may have its certificate from.',
    group,
  }),
  region: field(regionText.optional(), { label: 'Region', address: true }),
  endpoint: endpointField,
  ...keyFields,
  from: field(
    checkedText((text) =>
      text.length <= 400 && readSender(text) !== undefined
        ? undefined
        : 'is not a mailbox, or a name and a mailbox such as Tocsin <tocsin@example.com>',
    ),
    { label: 'From' },
  ),
  to: field(
    z
      .array(checkedText(mailboxProblem))
      .min(1, 'has no mailbox')
      .max(MOST_MAILBOXES, `limit: has more than ${MOST_MAILBOXES} mailboxes`)
      .superRefine(refuseTwice)
      .optional(),
    {
      label: 'To',
      help: `1 to ${MOST_MAILBOXES} mailboxes; each sees the others. Absent: only users are sent to, each at their own mailboxes.`,
    },
  ),
  ...textFields,
  details: detailsField('page'),
  timeoutMs: field(z.int().min(1).optional(), {
    label: 'Timeout in milliseconds',
    help: `A send that takes longer is given up. ${LONGEST_TIMEOUT_MS} by default and at most.`,
  }),
}

/** Settings of e-mail, secrets in plain text. */
export type EmailSettings = SettingsOf<typeof fields>

export const emailKind = channelKind({
  type: 'email',
  label: 'E-mail',
  fields,
  check: emailProblems,
  recipients: 'email',
  reachesAlone: ({ to }) => to !== undefined,
  content: { title: 'subject', form: () => HTML, between: '\n<hr>\n', page: detailsOf },
  mostAlerts: () => MOST_ALERTS,
  timeoutMs: ({ timeoutMs }) => Math.min(timeoutMs ?? LONGEST_TIMEOUT_MS, LONGEST_TIMEOUT_MS),
})

/** Settings that only one provider has. */
const OWN = {
  smtp: ['host', 'port', 'tls', 'username', 'password', 'ca'],
  ses: ['region', 'endpoint', 'accessKeyId', 'secretAccessKey', 'sessionToken'],
}

/** Problems between the fields, all at once. */
function emailProblems(settings: Settings): Problem[] {
  const ses = settings.provider === 'ses'
  const foreign = foreignProblems(settings, ses ? 'ses' : 'smtp', OWN)
  return [...foreign, ...(ses ? sesProblems(settings) : smtpProblems(settings))]
}

function sesProblems(settings: Settings): Problem[] {
  const region = settings.region === undefined ? [{ path: 'region', message: 'is required' }] : []
  return [...region, ...keyProblems(settings)]
}

function smtpProblems(settings: Settings): Problem[] {
  const given = (name: string): boolean => settings[name] !== undefined
  const problems: Problem[] = []
  const say = (path: string, message: string): void => void problems.push({ path, message })
  if (!given('host')) say('host', 'is required')
  if (given('username') !== given('password')) {
    say(given('username') ? 'password' : 'username', 'is required beside the other half of the login')
  }
  if (settings.tls === 'none') {
    if (given('username')) say('username', 'is refused with tls: none, since the password would be sent in the clear')
    if (given('ca')) say('ca', 'is refused with tls: none, since nothing is checked against it')
  }
  return problems
}

export function authorityProblem(text: string): string | undefined {
  if (text.length > CA_CHARS) return `is longer than ${CA_CHARS} characters`
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  const rest = blocks.reduce((left, block) => left.replace(block, ''), text)
  const holdsKey = /PRIVATE KEY/.test(rest)
  if (holdsKey) return 'has a private key in it: give the certificates alone'
  return blocks.length > 0 && blocks.every(isCertificate) ? undefined : 'has no certificate in the form PEM'
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0
  } catch {
    return false
  }
}

/** A mailbox that is there twice would get every message twice. */
function refuseTwice(mailboxes: readonly string[], context: z.RefinementCtx): void {
  const seen = new Set<string>()
  for (const [index, mailbox] of mailboxes.entries()) {
    const key = mailbox.toLowerCase()
    if (seen.has(key)) context.addIssue({ code: 'custom', path: [index], message: 'is there twice' })
    seen.add(key)
  }
}
