import { type Millis, toRfc3339 } from '../../../../shared/base/time.ts'
import type { LifecycleType } from '../../../../shared/delivery/delivery.ts'
import type { Reason } from '../../../../shared/reason/reason.ts'
import { renderReason } from '../../../../shared/reason/render.ts'
import { failureText, sentTexts } from './sent.ts'

/** A reason of the timeline in Chinese; a reason without Chinese words is said in English. */
export function reasonInChinese(reason: Reason): string {
  if (reason.code === 'action' && reason.action === 'assign') return `指派给 ${reason.handler}`
  if (reason.code === 'failed') return failureText(sentTexts.zh.failures, reason)
  const text = REASONS[reason.code] as ((reason: Reason) => string) | string | undefined
  if (text === undefined) return renderReason(reason)
  return typeof text === 'string' ? text : text(reason)
}

type Words = { [Code in Reason['code']]?: string | ((reason: Extract<Reason, { code: Code }>) => string) }

const EVENTS: Record<LifecycleType, string> = {
  create: '告警触发',
  claim: '告警认领',
  comment: '告警评论',
  close: '告警关闭',
}

/** In UTC, as in English: the reader of a timeline may be anywhere. */
function moment(at: Millis): string {
  return `${toRfc3339(at).slice(0, 16).replace('T', ' ')} UTC`
}

const REASONS: Words = {
  escalated: '升级',
  fallback: '备用通知',
  claim: '告警认领',
  lifecycle: '生命周期事件',
  test: '测试',
  event: ({ event }) => EVENTS[event],
  'not-asked': '没有条件成立的步骤包含该目标',
  'outside-period': ({ opensAt }) => `不在其时段内，${moment(opensAt)} 开始`,
  'end-waits-for-period': ({ opensAt }) => `恢复消息将在其时段内发送，${moment(opensAt)} 开始`,
  'period-too-far': '其时段距告警结束过久，不再通知恢复',
  nobody: '无人可通知：条件成立的步骤当前没有任何人',
  'nothing-left': '分组中已没有告警事件',
  'too-many-events': ({ limit }) => `等待发送的事件超过 ${limit} 个，此事件被放弃`,
  'not-a-lifecycle-channel': '通知策略不再用它发送生命周期事件',
  'channel-paused-too-long': ({ event }) => `${EVENTS[event]}：渠道暂停过久`,
  'another-incident-open': '该分组已有另一个未关闭的告警',
  'handler-gone': ({ handler }) => `${handler} 已停用或删除`,
  inhibited: '被另一条告警抑制',
  'outside-active-intervals': ({ intervals }) => `不在生效时段 ${intervals.join('、')} 内`,
  'muted-by-interval': ({ interval }) => `在静默时段 ${interval} 内`,
  silenced: '被静默',
  first: '首次通知',
  'new-alerts': '有新的告警事件',
  'all-resolved': '全部已解决',
  'some-resolved': '部分已解决',
  repeat: '重复通知',
  replay: '手动重发',
  closed: '已关闭',
  'target-gone': '目标已不存在（410）',
  'nothing-arrived': ({ days }) => `连续 ${days} 天未送达`,
  paused: ({ pause }) => `已暂停：${reasonInChinese(pause)}`,
  'told-already': '已通知过',
  'told-already-resolved-unsent': '已通知过；恢复消息不发送',
  'nothing-told-fires': '已通知的告警事件都不再发生',
  'all-resolved-unsent': '全部已解决，该渠道不发送恢复消息',
  claimed: ({ handler }) => `${handler} 处理中`,
  'resolved-before-flush': '在首次通知前已解决',
  'resolved-before-told': '在通知任何人之前已解决',
  'not-named': '通知策略不再包含该目标',
  'channel-gone': '渠道已删除',
  superseded: '已被更新的消息取代',
  'end-waits': '静默结束后再通知恢复',
  'end-dropped': '静默期间已结束，不再通知',
  'alerts-fire': '告警事件正在发生',
  'alerts-resolved': '全部告警事件已解决',
  'alerts-moved': '配置变更后，告警事件移到了其他分组',
  'policy-removed': '通知策略已删除',
  'incident-over': '告警已结束',
  'incident-open-already': '告警尚未关闭',
  'incident-closed': '告警已关闭',
}
