import type { PostedAlert } from '../alert/alert.ts'
import { digest } from '../base/hash.ts'
import { type Millis, toRfc3339 } from '../base/time.ts'
import type { RuleEntry } from '../config/config.ts'
import type { AuditRecord } from '../record/record.ts'
import { compileFieldText, type FieldText } from '../rule/field-text.ts'
import type { GroupLabel, RuleMetadata } from '../rule/rule.ts'

/** Makes a rule's alert of a matching record. */
export type RaiseAlert = (record: AuditRecord, receivedAt: Millis) => PostedAlert

/** The facts of an event, for both trails. A fact is the first of its fields with a value. */
const FACTS: readonly GroupLabel[] = [
  { label: 'eventName', fields: ['eventName'] },
  { label: 'eventSource', fields: ['eventSource', 'serviceName'] },
  { label: 'sourceIp', fields: ['sourceIPAddress', 'sourceIpAddress'] },
  {
    label: 'user',
    fields: ['userIdentity.userName', 'userIdentity.arn', 'userIdentity.principalId', 'userIdentity.invokedBy'],
  },
  { label: 'userType', fields: ['userIdentity.type'] },
  { label: 'region', fields: ['awsRegion', 'acsRegion'] },
  { label: 'cloudAccount', fields: ['recipientAccountId', 'userIdentity.accountId'] },
  { label: 'errorCode', fields: ['errorCode'] },
]

/** Longer than nearly every name, address or ARN that occurs. */
const LABEL_CHARS = 512
const ANNOTATION_CHARS = 2048

/**
 * The alert's identity is the rule's own labels and the values of the rule's group-by fields, so the same record makes
 * the same alert at every time. DRL 1.1, the licence of SigmaHQ's rules, asks to show the author wherever a match is
 * shown.
 */
export function compileRaiseAlert(
  entry: RuleEntry,
  metadata: RuleMetadata,
  groupBy: readonly GroupLabel[],
): RaiseAlert {
  const labels = compileTexts(metadata.labels ?? groupBy)
  const extra = (metadata.annotations ?? []).map((field): GroupLabel => ({ label: field, fields: [field] }))
  const facts = compileTexts([...FACTS, ...extra])
  const severity = metadata.severity ?? metadata.level
  const fixed: [string, string][] = [
    ['alertname', metadata.title],
    ['rule', entry.id],
  ]
  if (severity !== undefined) fixed.push(['severity', severity])
  const ruleAnnotations: [string, string][] = []
  if (metadata.description !== undefined) ruleAnnotations.push(['description', metadata.description])
  if (metadata.author !== undefined) ruleAnnotations.push(['author', metadata.author])
  return ({ id, time, fields }, receivedAt) => ({
    labels: truncatedTexts([...labels(fields), ...fixed], LABEL_CHARS),
    annotations: truncatedTexts(
      [...ruleAnnotations, ...facts(fields), ['eventId', id], ['eventTime', toRfc3339(time)]],
      ANNOTATION_CHARS,
    ),
    // An event from a clock running ahead must not make an alert with an end before its start.
    startsAt: Math.min(time, receivedAt),
  })
}

/** An absent or empty field makes no label, as everywhere in Alertmanager. */
function compileTexts(labels: readonly GroupLabel[]): (record: unknown) => [string, string][] {
  const compiled = labels.map(({ label, fields }) => ({ label, texts: fields.map(compileFieldText) }))
  return (record) =>
    compiled.flatMap(({ label, texts }): [string, string][] => {
      const text = firstOf(texts, record)
      return text === undefined ? [] : [[label, text]]
    })
}

function firstOf(fields: readonly FieldText[], record: unknown): string | undefined {
  for (const field of fields) {
    const text = field(record)
    if (text !== undefined && text !== '') return text
  }
  return undefined
}

/** The last of equal names counts. A hash behind the cut keeps different texts different. */
function truncatedTexts(pairs: readonly [string, string][], chars: number): Record<string, string> {
  return Object.fromEntries(pairs.map(([name, text]) => [name, text.length <= chars ? text : truncated(text, chars)]))
}

const HASH_CHARS = 8

function truncated(text: string, chars: number): string {
  return `${text.slice(0, chars).toWellFormed()}…${digest([text], HASH_CHARS)}`
}
