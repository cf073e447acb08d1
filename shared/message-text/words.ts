import type { Status } from '../message-view/view.ts'

/** Languages of the built-in texts. */
export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

/** Every word of the built-in texts in one language. Labels and annotations stay as their sender wrote them. */
export interface Words {
  status: Record<Status, string>
  /** Between a name and its value. */
  colon: string
  level: string
  policy: string
  group: string
  began: string
  ended: string
  lasted: string
  /** The person who has the incident in hand. */
  handler: string
  alerts: string
  labels: string
  /** Alerts by name, in a message that tells of several notifications. */
  named: string
  /** Text of the link to the incident. */
  open: string
  /** The same, where the reader may claim the incident there. */
  claim: string
  /** Texts of links that alerts bring along. */
  runbook: string
  dashboard: string
  source: string
  /** A title for a group without a name. */
  unnamed: string
  more(count: number): string
  /** Notifications that one message tells of. */
  together(count: number): string
  moreValues(count: number): string
  /** Below a built-in text: the content template was not used. */
  unused(template: string, reason: string): string
  units: { days: string; hours: string; minutes: string; seconds: string }
}

export const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    status: { firing: 'FIRING', resolved: 'RESOLVED' },
    colon: ': ',
    level: 'Level',
    policy: 'Policy',
    group: 'Group',
    began: 'Since',
    ended: 'Ended',
    lasted: 'Lasted',
    handler: 'In hand with',
    alerts: 'Alerts',
    labels: 'Labels',
    named: 'Alerts',
    open: 'Open the incident',
    claim: 'Open and claim',
    runbook: 'Runbook',
    dashboard: 'Dashboard',
    source: 'Source',
    unnamed: 'Alerts',
    together: (count) => `${count} notifications in one message`,
    more: (count) => (count === 1 ? '1 more alert is not shown.' : `${count} more alerts are not shown.`),
    moreValues: (count) => `${count} more`,
    unused: (template, reason) => `Template ${template} could not be used: ${reason}`,
    units: { days: ' d', hours: ' h', minutes: ' min', seconds: ' s' },
  },
  zh: {
    status: { firing: '告警中', resolved: '已恢复' },
    colon: '：',
    level: '级别',
    policy: '策略',
    group: '分组',
    began: '开始时间',
    ended: '恢复时间',
    lasted: '持续时间',
    handler: '处理人',
    alerts: '告警数',
    labels: '标签',
    named: '告警',
    open: '查看事件',
    claim: '查看并认领',
    runbook: '处理手册',
    dashboard: '仪表盘',
    source: '告警来源',
    unnamed: '告警',
    together: (count) => `${count} 条通知合并为一条消息`,
    more: (count) => `另有 ${count} 条告警未显示。`,
    moreValues: (count) => `另有 ${count} 项`,
    unused: (template, reason) => `模板 ${template} 无法使用：${reason}`,
    units: { days: ' 天', hours: ' 小时', minutes: ' 分钟', seconds: ' 秒' },
  },
}
