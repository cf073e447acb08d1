/*
 * What is wrong with a form, in Chinese. Documents say their problems in English, for the API and the command line too; here
 * stands the Chinese text of each problem that a form can cause. `{}` is a value of the problem; the Chinese text names the
 * values in their order, and `{1*}` is a value that is a problem itself. An alertmanager.yml, and a document as YAML, keep
 * their own English.
 */

import { FORM_PROBLEMS } from './problems/form-problems.ts'
import { RULE_PROBLEMS } from './problems/rule-problems.ts'
import { TEMPLATE_PROBLEMS } from './problems/template-problems.ts'

const PROBLEMS = [...FORM_PROBLEMS, ...RULE_PROBLEMS, ...TEMPLATE_PROBLEMS]

/** Words that problems have as values. */
const VALUES: Readonly<Record<string, string>> = {
  string: '文本',
  number: '数字',
  int: '整数',
  boolean: ' true 或 false',
  array: '列表',
  object: '映射',
  record: '映射',
  undefined: '空',
  null: '空',
  channel: '通知集成',
  policy: '通知策略',
  'content template': '内容模板',
  template: '模板',
  calendar: '日历',
  user: '用户',
  'user group': '用户组',
  rule: '规则',
  detection: '检测项',
  function: '函数',
  filter: '过滤器',
  method: '方法',
  test: '测试',
  text: '文本',
  'enabled ': '已启用的',
  ': only gt, gte and field': '：只有 gt、gte 和 field',
  'a missing value': '缺失的值',
  'a text': '文本',
  'a list': '列表',
  'a mapping': '映射',
  'a number': '数字',
  'true or false': '布尔值',
  integration: '告警集成',
  'country code, "-", number, as in 86-13800000001': '国家代码-号码，例如 86-13800000001',
}

/** A longer text is none of the table, and would take long to compare. */
const LONGEST = 1000

interface Pattern {
  matches: RegExp
  chinese: string
}

const whole = new Map(PROBLEMS.filter(([english]) => !english.includes('{}')))
/** The longest text first: a shorter one may match a problem with more values. */
const patterns: Pattern[] = PROBLEMS.filter(([english]) => english.includes('{}'))
  .sort(([a], [b]) => b.length - a.length)
  .map(([english, chinese]) => {
    const parts = english.split('{}').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    return { matches: new RegExp(`^${parts.join('(.+?)')}$`, 's'), chinese }
  })

/** The problem in Chinese; a problem without Chinese words stays as it is. */
export function problemInChinese(message: string): string {
  if (message.length > LONGEST) return message
  const [, rest, meant] = /^(.*); did you mean (.+)\?$/s.exec(message) ?? []
  if (rest !== undefined) return `${problemInChinese(rest)}；您是否想写 ${meant}？`
  if (message.startsWith('limit: ')) return `超出限制：${problemInChinese(message.slice('limit: '.length))}`
  const known = whole.get(message)
  if (known !== undefined) return known
  for (const { matches, chinese } of patterns) {
    const found = matches.exec(message)
    if (found !== null) {
      return chinese.replaceAll(/\{(\d)(\*?)\}/g, (_, place, isProblem) =>
        isProblem === '' ? (VALUES[found[place]!] ?? found[place]!) : problemInChinese(found[place]!),
      )
    }
  }
  return placed(message) ?? message
}

/** A problem behind its line in a text, and behind names of a rule and its field. */
function placed(message: string): string | undefined {
  const [, line, column, rest] = /^line (\d+), column (\d+): (.*)$/s.exec(message) ?? []
  if (rest === undefined) return undefined
  return `第 ${line} 行第 ${column} 列：${behindNames(rest)}`
}

/** The part of the text behind colons that has Chinese words. */
function behindNames(text: string): string {
  for (let at = 0; at >= 0; at = text.indexOf(': ', at + 1)) {
    const begin = at === 0 ? 0 : at + 2
    const rest = text.slice(begin)
    const words = problemInChinese(rest)
    if (words !== rest) return text.slice(0, begin) + words
  }
  return text
}

/** English texts of the table, for tests. */
export const PROBLEM_TEXTS: readonly string[] = PROBLEMS.map(([english]) => english)
