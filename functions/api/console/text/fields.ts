import { channelTypes } from '../../../../shared/channels/registry.ts'
import type { Language } from './language.ts'

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
  },
}

const ZH: Record<string, string> = {
  Request: '请求',
  Events: '事件',
  Name: '名称',
  Description: '描述',
  URL: 'URL',
  Headers: '请求头',
  Secret: '密钥',
  Token: '令牌',
  Language: '语言',
  'Time zone': '时区',
  'Time-out': '超时',
  Timeout: '超时',
  Region: '地域',
  User: '用户名',
  Password: '密码',
  From: '发件人',
  To: '收件人',
  Mode: '模式',
  Source: '事件源',
}

export function kindName(type: string, language: Language): string {
  return KINDS[language][type] ?? KINDS.en[type] ?? channelTypes.get(type)?.kind.label ?? type
}

/** A word of a declaration in the language of the reader, where there is one. */
export function wordsOf(language: Language): (words: string) => string {
  return (words) => (language === 'zh' ? ZH[words] : undefined) ?? words
}

export function wordsOfKind(type: string, language: Language): (words: string, field?: string) => string {
  const of = wordsOf(language)
  return (words, field = '') => OF_KIND[type]?.[field] ?? of(words)
}

/** Whether the seed documents have the field in their form. */
export function isInFront(type: string, field: string): boolean {
  return OF_KIND[type]?.[field] !== undefined
}
