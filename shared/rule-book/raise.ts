import type { PostedAlert } from '../alert/alert.ts'
import { digest } from '../base/hash.ts'
import { type Millis, toRfc3339 } from '../base/time.ts'
import type { RuleEntry } from '../config/config.ts'
import type { AuditRecord } from '../record/record.ts'
import { compileFieldText } from '../rule/field-text.ts'
import type { LabelPairs } from '../rule/groups.ts'
import type { RuleMetadata } from '../rule/rule.ts'

/** Makes a rule's alert of a matching record. `labels`: the labels that tell the alert apart from the rule's others. */
export type RaiseAlert = (record: AuditRecord, labels: LabelPairs, receivedAt: Millis) => PostedAlert

/** An annotation: the first of the fields with a value. */
interface Fact {
  label: string
  fields: readonly string[]
}

/** The facts of an event, for both trails. */
const FACTS: readonly Fact[] = [
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
export function compileRaiseAlert(entry: RuleEntry, metadata: RuleMetadata): RaiseAlert {
  const extra = (metadata.annotations ?? []).map((field): Fact => ({ label: field, fields: [field] }))
  const facts = compileFacts([...FACTS, ...extra])
  const severity = metadata.severity ?? metadata.level
  const fixed: [string, string][] = [
    ['alertname', metadata.title],
    ['rule', entry.id],
  ]
  if (severity !== undefined) fixed.push(['severity', severity])
  const ruleAnnotations: [string, string][] = []
  if (metadata.description !== undefined) ruleAnnotations.push(['description', metadata.description])
  if (metadata.author !== undefined) ruleAnnotations.push(['author', metadata.author])
  return ({ id, time, fields }, labels, receivedAt) => ({
    labels: truncatedTexts([...labels, ...fixed], LABEL_CHARS),
    annotations: truncatedTexts(
      [...ruleAnnotations, ...facts(fields), ['eventId', id], ['eventTime', toRfc3339(time)]],
      ANNOTATION_CHARS,
    ),
    // An event from a clock running ahead must not make an alert with an end before its start.
    startsAt: Math.min(time, receivedAt),
  })
}

/** An absent or empty field makes no annotation. */
function compileFacts(facts: readonly Fact[]): (record: unknown) => [string, string][] {
  const compiled = facts.map(({ label, fields }) => ({ label, texts: fields.map(compileFieldText) }))
  return (record) =>
    compiled.flatMap(({ label, texts }): [string, string][] => {
      for (const textOf of texts) {
        const text = textOf(record)
        if (text !== undefined && text !== '') return [[label, text]]
      }
      return []
    })
}

/** The last of equal names counts. A hash behind the cut keeps different texts different. */
function truncatedTexts(pairs: readonly (readonly [string, string])[], chars: number): Record<string, string> {
  return Object.fromEntries(pairs.map(([name, text]) => [name, text.length <= chars ? text : truncated(text, chars)]))
}

const HASH_CHARS = 8

function truncated(text: string, chars: number): string {
  return `${text.slice(0, chars).toWellFormed()}…${digest([text], HASH_CHARS)}`
}
