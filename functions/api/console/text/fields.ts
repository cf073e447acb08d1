import { channelTypes } from '../../../../shared/channels/registry.ts'
import type { Language } from './language.ts'
import { HELP, LABELS, VALUES } from './setting-words.ts'

/* Names of kinds and of settings. Their declarations have English names; here are the seed documents' and Chinese ones. */

/** The words of ARMS for the fields of its own form, by the names of the fields, in both languages. */
const OF_KIND: Record<string, Record<string, string>> = {
  'alibaba-eventbridge': {
    accessKeyId: 'AccessKey',
    accessKeySecret: 'AccessKey Secret',
    eventBus: 'Message Bus Name',
    region: 'regionId',
    source: 'Event Source Name',
  },
}

/** Receivers of an alertmanager.yml, by the type of the kind behind `alertmanager-`. */
const IMPORTED: Record<string, string> = {
  discord: 'Discord',
  email: '邮件',
  msteams: 'Microsoft Teams（连接器）',
  msteamsv2: 'Microsoft Teams（工作流）',
  opsgenie: 'Opsgenie',
  pagerduty: 'PagerDuty',
  slack: 'Slack',
  sns: 'Amazon SNS',
  telegram: 'Telegram',
  webhook: 'Webhook',
  wechat: '企业微信',
}

const KINDS: Record<Language, Record<string, string>> = {
  en: { 'alibaba-eventbridge': 'EventBridge' },
  zh: {
    'alibaba-eventbridge': 'EventBridge',
    'aws-eventbridge': 'Amazon EventBridge',
    cloudevents: 'CloudEvents（HTTP）',
    webhook: 'Webhook',
    email: '邮件',
    dingtalk: '钉钉机器人',
    wecom: '企业微信机器人',
    feishu: '飞书机器人',
    lark: 'Lark 机器人',
    slack: 'Slack',
    teams: 'Microsoft Teams',
    telegram: 'Telegram',
    discord: 'Discord',
    sms: '短信',
    voice: '语音电话',
    inbox: '站内消息',
    function: '函数计算',
    sns: 'Amazon SNS',
    pagerduty: 'PagerDuty',
    opsgenie: 'Opsgenie',
    ...Object.fromEntries(
      Object.entries(IMPORTED).map(([type, name]) => [`alertmanager-${type}`, `${name}（alertmanager.yml）`]),
    ),
  },
}

export function kindName(type: string, language: Language): string {
  return KINDS[language][type] ?? KINDS.en[type] ?? channelTypes.get(type)?.kind.label ?? type
}

/** A word of a declaration in the language of the reader: `setting-words.ts` has the Chinese ones. */
export function wordsOf(language: Language): (words: string) => string {
  return (words) => (language === 'zh' ? (LABELS[words] ?? HELP[words]) : undefined) ?? words
}

/** The words for a value of the choice with this label. */
export function valueWords(language: Language): (label: string, value: string) => string {
  return (label, value) => VALUES[label]?.[value]?.[language] ?? value
}

export function wordsOfKind(type: string, language: Language): (words: string, field?: string) => string {
  const of = wordsOf(language)
  return (words, field = '') => OF_KIND[type]?.[field] ?? of(words)
}

/** Settings that are not required alone: one of them, or of an address, is. */
const INSTEAD: Record<string, readonly string[]> = { slack: ['token', 'channel'] }

/** Whether the field stands in front: it is in the form of the seed documents, or may be given in the place of another. */
export function isInFront(type: string, field: string): boolean {
  return OF_KIND[type]?.[field] !== undefined || INSTEAD[type]?.includes(field) === true
}
