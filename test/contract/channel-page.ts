import * as z from 'zod'
import { DAY, HOUR, MINUTE, SECOND } from '../../shared/base/time.ts'
import type { ChannelDescription } from '../../shared/channel/kind.ts'
import type { Rate } from '../../shared/rate/rate.ts'
import type { Field, Fields } from '../../shared/settings/field.ts'
import { isGroup } from '../../shared/settings/field.ts'

/** The table of the settings of a kind, as docs/channels.md has the table: from the declaration of the fields. */
export function settingsTable(fields: Fields): string {
  return ['| setting | | |', '|---|---|---|', ...rows(fields)].join('\n')
}

/** The line about the limit of the provider, as the section of a kind has the line: from the declaration of the rate. */
export function rateLine({ rules, digest }: Rate): string {
  const spans: [number, string][] = [
    [DAY, 'day'],
    [HOUR, 'hour'],
    [MINUTE, 'minute'],
    [SECOND, 'second'],
  ]
  const within = (windowMs: number): string => {
    const one = spans.find(([ms]) => ms === windowMs)?.[1]
    return one === undefined ? `in ${windowMs / SECOND} seconds` : `${windowMs === HOUR ? 'an' : 'a'} ${one}`
  }
  const limits = rules.map(({ most, windowMs }) => `${most} ${within(windowMs)}`).join(', ')
  const joined =
    digest === undefined ? 'every notification is a message' : `up to ${digest} notifications in a digest message`
  return `Limit: ${limits}; ${joined}.`
}

const REACHED: Readonly<Record<ChannelDescription['recipients'], string>> = {
  email: 'users at their mailboxes, or fixed mailboxes',
  phone: 'users at their numbers',
  user: 'users',
  none: 'the receiver',
}
const CALLED = { users: 'users', all: 'users, everybody' }
const SERVICE = 'the service knows who is on duty there'
const MACHINE = 'a machine reads'
const PERSON = 'the message goes to the person'
/** Why messages of a kind call nobody, or not everybody. Absent: the messages call both. */
const WHY_NOT: Readonly<Record<string, string>> = {
  ...{ email: PERSON, inbox: PERSON, sms: PERSON, voice: PERSON },
  wecom: 'a robot calls everybody in plain texts only, which have no colours and links',
  teams: 'a card calls single people only',
  telegram: 'bots cannot call everybody',
  ...{ pagerduty: SERVICE, opsgenie: SERVICE },
  ...{ webhook: MACHINE, sns: MACHINE, function: MACHINE, cloudevents: MACHINE },
  ...{ 'alibaba-eventbridge': MACHINE, 'aws-eventbridge': MACHINE },
}

/**
 * The table of docs/channels.md that says whom each kind tells and calls by name. Receivers of an alertmanager.yml are left
 * out: their own templates say whom a message calls.
 */
export function reachTable(kinds: readonly ChannelDescription[]): string {
  const own = kinds.filter(({ type }) => !type.startsWith('alertmanager-'))
  return [
    '| `type` | tells | calls by name | why not others |',
    '|---|---|---|---|',
    ...own.map(({ type, recipients, mentions }) => {
      const called = mentions === undefined ? 'nobody' : CALLED[mentions]
      const told = mentions === undefined ? REACHED[recipients] : 'whoever reads the chat'
      return `| \`${type}\` | ${told} | ${called} | ${mentions === 'all' ? '' : WHY_NOT[type]} |`
    }),
  ].join('\n')
}

function rows(fields: Fields, above = ''): string[] {
  return Object.entries(fields).flatMap(([name, declared]) => {
    const path = `${above}${name}`
    return isGroup(declared) ? rows(declared.fields, `${path}.`) : [row(path, declared)]
  })
}

function row(path: string, { schema, label, help, secret }: Field): string {
  const { enum: choices, default: absent, type } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const given = choices?.filter((one) => one !== absent).map((one) => (one === '' ? 'empty' : `\`${one}\``))
  const values = [
    ...(schema.safeParse(undefined).success ? [] : [within(path)]),
    ...(secret === undefined ? [] : ['secret']),
    ...(isNothing(absent) ? [] : [`\`${shown(absent)}\` by default`]),
    ...(given === undefined ? [] : [`${absent === undefined ? '' : 'or '}${given.join(', ')}`]),
    ...(given === undefined && type === 'boolean' ? ['`true` or `false`'] : []),
  ]
  const about = help === undefined ? label : `${label}. ${help}`
  return `| \`${path}\` | ${about.replaceAll('|', '\\|')} | ${values.join(', ')} |`
}

function within(path: string): string {
  const [group, ...rest] = path.split('.')
  return rest.length === 0 ? 'required' : `required in \`${group}\``
}

function isNothing(absent: unknown): boolean {
  return absent === undefined || ['""', '[]', '{}'].includes(JSON.stringify(absent))
}

function shown(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
