import type { LinkRight } from '../../../../shared/account/link.ts'
import type { Language } from '../../../../shared/message-text/words.ts'

/* The words of the page behind a signed link, in the language of the reader's browser. */

const en = {
  lang: 'en',
  incident: 'Incident',
  states: { open: 'open', closed: 'closed' },
  rows: {
    opened: 'opened',
    closed: 'closed',
    closedBy: 'closed by',
    solution: 'solution',
    inHandOf: 'in hand of',
    alerts: 'alerts',
  },
  nobody: 'nobody',
  fire: (all: number, firing: number, open: boolean) => `${all}, of which ${firing} ${open ? 'fire' : 'fired'}`,
  comments: 'Comments',
  alerts: 'Alerts',
  more: (count: number) => `and ${count} more`,
  until: (time: string) => `This link works until ${time}, for everybody who has it.`,
  since: 'since',
  ended: 'ended',
  firing: 'firing',
  resolved: 'resolved',
  yourName: 'Your name',
  buttons: {
    claim: 'Claim: I have it in hand',
    comment: 'Comment',
    close: 'Close the incident',
  } satisfies Record<LinkRight, string>,
  comment: 'Comment',
  solution: 'Solution',
  done: {
    claim: 'You have it in hand',
    comment: 'Your comment was taken',
    close: 'The incident is being closed',
  } satisfies Record<LinkRight, string>,
  soon: 'It shows in a moment.',
  back: 'Back to the incident',
  cannot: 'This cannot be done',
  endedTitle: 'This link does not work any more',
  home: 'Open the console',
  /** Refusals by their code; a code without words keeps the message of the refusal. */
  refused: {
    not_found:
      'It has ended, was revoked, or is not complete. Find the incident in the console, or ask for a new link.',
  } as Record<string, string>,
}

export type LinkWords = typeof en

const zh: LinkWords = {
  lang: 'zh-CN',
  incident: '告警',
  states: { open: '待处理', closed: '已处理' },
  rows: {
    opened: '开始时间',
    closed: '关闭时间',
    closedBy: '关闭人',
    solution: '解决方案',
    inHandOf: '处理人',
    alerts: '告警事件',
  },
  nobody: '无人',
  fire: (all, firing, open) => `${all} 条，其中 ${firing} 条${open ? '正在发生' : '当时正在发生'}`,
  comments: '备注',
  alerts: '告警事件',
  more: (count) => `还有 ${count} 条`,
  until: (time) => `此链接有效至 ${time}，拿到链接的人均可使用。`,
  since: '开始于',
  ended: '结束于',
  firing: '正在发生',
  resolved: '已解决',
  yourName: '您的姓名',
  buttons: { claim: '认领：由我处理', comment: '备注', close: '关闭告警' },
  comment: '备注',
  solution: '解决方案',
  done: { claim: '已由您认领', comment: '备注已记录', close: '告警正在关闭' },
  soon: '稍后即可看到。',
  back: '返回告警',
  cannot: '无法完成此操作',
  endedTitle: '此链接已失效',
  home: '打开控制台',
  refused: {
    not_found: '链接已过期、被撤销或不完整。请在控制台中查找告警，或索取新的链接。',
    forbidden: '此链接没有该操作的权限。',
    closed: '告警已关闭。',
    over: '告警已结束。',
    invalid: '填写的内容有误，请返回修改。',
    too_large: '填写的内容过长。',
    unavailable: '服务暂时不可用，请重试。',
  },
}

export function linkWords(language: Language): LinkWords {
  return language === 'zh' ? zh : en
}
