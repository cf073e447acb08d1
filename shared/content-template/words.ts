import type { Level } from '../alert/level.ts'
import type { Language } from '../message-text/words.ts'

/*
 * Words of Log Service's own templates: its severities are numbers
 * (https://www.alibabacloud.com/help/en/sls/user-guide/alert-severity-levels).
 */

interface TemplateWords {
  severity: Readonly<Record<number, string>>
  status: Readonly<Record<string, string>>
  /** Of an alert: raised by a rule, or sent by another system. */
  type: Readonly<Record<string, string>>
}

export const TEMPLATE_WORDS: Readonly<Record<Language, TemplateWords>> = {
  en: {
    severity: { 10: 'Critical', 8: 'High', 6: 'Medium', 4: 'Low', 2: 'Report' },
    status: { firing: 'Firing', resolved: 'Resolved' },
    type: { sls_alert: 'Alert of a rule', sls_pub: 'Alert of another system', sls_ml: 'Alert of an inspection' },
  },
  zh: {
    severity: { 10: '严重', 8: '高', 6: '中', 4: '低', 2: '报告' },
    status: { firing: '触发', resolved: '恢复' },
    type: { sls_alert: '规则告警', sls_pub: '开放告警', sls_ml: '智能巡检告警' },
  },
}

const SEVERITIES: Readonly<Record<Level, number>> = { P1: 10, P2: 8, P3: 6, P4: 4 }

/** The number of a severity: Log Service's own, or that of the level. */
export function severityOf(label: string, level: Level): number {
  return /^(?:10|8|6|4|2)$/.test(label.trim()) ? Number(label) : SEVERITIES[level]
}

/** The level of a severity, for its colour. */
export function levelOfSeverity(severity: number): Level {
  return severity >= 10 ? 'P1' : severity >= 8 ? 'P2' : severity >= 6 ? 'P3' : 'P4'
}
