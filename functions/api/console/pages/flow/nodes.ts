import type { Steps } from '../../../../../shared/base/steps.ts'
import { isObject } from '../../../../../shared/base/value.ts'
import { channelTypes } from '../../../../../shared/channels/registry.ts'
import type { Config } from '../../../../../shared/config/config.ts'
import { DETAILS_PAGES } from '../../../../../shared/delivery/details-page.ts'
import { isForLifecycle } from '../../../../../shared/document/sections/channels.ts'
import type { Shown as Entry } from '../../../../../shared/document/sections/section.ts'
import type { PageAsk } from '../../page/ask.ts'
import type { Form } from '../../page/form-data.ts'
import { type Input, readInputs } from '../../parts/form.ts'
import { channelWords } from '../../parts/targets.ts'
import { kindName } from '../../text/fields.ts'
import type { Texts } from '../../text/texts.ts'
import { conditionOf, readNested, readRows, rowsOf } from './condition.ts'
import { type Draft, listOf, putAt, valueAt } from './draft.ts'

/* The nodes of a flow, each with the inputs of its form. Names of inputs begin with `node.`: the form is that of a policy. */

export type NodeKind = 'condition' | 'action' | 'stage' | 'fallback'

/** The kind of the node at a path; undefined: there is no node with a form. */
export function kindOf(draft: Draft, path: string): NodeKind | undefined {
  if (!isObject(valueAt(draft, path))) return undefined
  if (/\.if$/.test(path)) return 'condition'
  if (/\.then\[\d+\]$/.test(path)) return 'action'
  if (/^escalation\[\d+\]$/.test(path)) return 'stage'
  return path === 'fallback' ? 'fallback' : undefined
}

export const SINCE = ['unclaimed', 'claimed', 'open'] as const

/** People and groups are boxes to tick, up to so many; of more, ids are typed. */
const MOST_BOXES = 40
const PERIODS = ['any', 'workday', 'dayoff', 'worktime', 'offtime'] as const

/** The inputs of a node, except those of a condition. */
export function inputsOfNode(ask: PageAsk, kind: NodeKind, config: Config): Input[] {
  const words = ask.text.flow
  if (kind === 'action') return actionInputs(ask, config)
  const after: Input = {
    ...{ name: 'node.after', help: words.afterHelp, input: 'text', required: true },
    label: kind === 'stage' ? words.after : words.fallbackAfter,
  }
  const since: Input = {
    ...{ name: 'node.since', label: words.timer, input: 'choice', required: true },
    options: SINCE.map((value) => ({ value, words: words.since[value] })),
  }
  return kind === 'condition' ? [] : kind === 'stage' ? [since, after] : [after]
}

function actionInputs(
  { text, prefs }: PageAsk,
  { channels, users, userGroups, calendars, templates }: Config,
): Input[] {
  const words = text.flow
  const people = users.map(({ id, name }) => ({ value: id, words: `${name} (${id})` }))
  const groups = userGroups.map(({ id, name = id }) => ({ value: id, words: name === id ? id : `${name} (${id})` }))
  const turns = userGroups.filter(({ rotation }) => rotation !== undefined).map(({ id }) => id)
  const onDuty = groups.filter(({ value }) => turns.includes(value))
  const of = (name: string, labels: [users: string, groups: string, onDuty: string], group?: string): Input[] => [
    ...chosen(text, `${name}.groups`, labels[1], groups, group),
    ...chosen(text, `${name}.onDuty`, labels[2], onDuty, group),
    ...chosen(text, `${name}.users`, labels[0], people, group),
  ]
  return [
    {
      ...{ name: 'node.channel', label: words.channel, input: 'choice', required: true },
      options: channels
        .filter((channel) => !isForLifecycle(channel))
        .map((channel) => ({
          value: channel.id,
          words: `${channelWords(channel)} · ${kindName(channel.type, prefs.language)}`,
        })),
    },
    ...of('node', [words.users, words.groups, words.onDuty]),
    {
      ...{ name: 'node.period', label: words.period, help: words.periodHelp, input: 'choice', required: true },
      options: PERIODS.map((value) => ({ value, words: words.periods[value] })),
      read: ([period]) => (period === 'any' ? undefined : period),
    },
    ...(calendars.length === 0
      ? []
      : [
          {
            ...{ name: 'node.calendar', label: words.calendar, input: 'choice' as const },
            options: calendars.map(({ id }) => ({ value: id, words: id })),
          },
        ]),
    ...mentionInputs(text, channels, of),
    ...(templates.length === 0
      ? []
      : [
          {
            ...{ name: 'node.template', label: words.template, input: 'choice' as const, group: words.more },
            options: templates.map(({ id, name }) => ({ value: id, words: name })),
          },
        ]),
    ...(channels.some(({ type }) => 'details' in (channelTypes.get(type)?.kind.fields ?? {}))
      ? [
          {
            ...{ name: 'node.details', label: words.details, input: 'choice' as const, group: words.more },
            options: DETAILS_PAGES.map((value) => ({ value, words: words.detailsPages[value] })),
          },
        ]
      : []),
    {
      ...{ name: 'node.sendResolved', label: words.sendResolved, input: 'choice', group: words.more },
      options: (['true', 'false'] as const).map((value) => ({ value, words: words.resolved[value] })),
      read: ([given]) => (given ? given === 'true' : undefined),
    },
  ]
}

/** Only chats call people by name. */
function mentionInputs(
  { flow: words }: Texts,
  channels: Config['channels'],
  of: (name: string, labels: [string, string, string], group: string) => Input[],
): Input[] {
  const kinds = channels.map(({ type }) => channelTypes.get(type)?.kind.mentions)
  if (kinds.every((mentions) => mentions === undefined)) return []
  return [
    ...of('node.mention', [words.mentionUsers, words.mentionGroups, words.mentionOnDuty], words.more),
    {
      ...{ name: 'node.mention.all', label: words.mentionAll, input: 'switch', group: words.more },
      read: ([given]) => (given ? true : undefined),
    },
  ]
}

function chosen(
  { flow: words }: Texts,
  name: string,
  label: string,
  options: Input['options'] = [],
  group?: string,
): Input[] {
  if (options.length === 0) return []
  const few = options.length <= MOST_BOXES
  const show = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
  return [
    {
      ...{ name, label, input: few ? 'choices' : 'lines', ...(few ? { options } : { help: words.idsHelp, rows: 4 }) },
      ...(group !== undefined && { group }),
      show: (value) => (few ? show(value) : [show(value).join('\n')]),
      read: (texts) => {
        const ids = texts.flatMap((text) => text.split('\n')).flatMap((text) => text.trim() || [])
        return ids.length === 0 ? undefined : ids
      },
    },
  ]
}

/** What the inputs of a node's form show. */
export function shownNode(draft: Draft, kind: NodeKind, path: string): Entry {
  const node = valueAt(draft, path) as Entry
  if (kind === 'action') return { node: { period: 'any', ...node, calendar: draft.calendar } }
  if (kind !== 'stage') return { node }
  const since = SINCE.find((name) => node[name] !== undefined) ?? 'unclaimed'
  return { node: { since, after: node[since] } }
}

/** The draft with the node as its form says. */
export function* mergeNode(ask: PageAsk, draft: Draft, path: string, form: Form, config: Config): Steps<Draft> {
  const kind = kindOf(draft, path)
  if (kind === undefined) return draft
  if (kind === 'condition') return putAt(draft, path, yield* readCondition(form))
  const node = valueAt(draft, path) as Entry
  const stored = kind === 'action' ? { node } : { node: {} }
  const { entry } = yield* readInputs(inputsOfNode(ask, kind, config), form, stored)
  const read = entry.node as Entry | undefined
  const { calendar, since, after, ...own } = read ?? {}
  if (kind === 'fallback') return putAt(draft, path, { ...node, after: after ?? '' })
  // The flow of a stage stands in a node of its own.
  if (kind === 'stage') return putAt(draft, path, { [String(since)]: after ?? '', flow: listOf(node.flow) })
  const merged = putAt(draft, path, { channel: '', ...own })
  return typeof calendar === 'string' ? { ...merged, calendar } : merged
}

function* readCondition(form: Form): Steps<Entry> {
  const over = form.get('node.over') === 'any' ? 'any' : 'all'
  const yaml = form.get('node.nested')
  return { [over]: yaml === null ? conditionOf(readRows(form)).is : yield* readNested(yaml) }
}

/** Whether a node says nothing: it was added, and its form was left. */
export function isBlank(draft: Draft, path: string): boolean {
  const node = valueAt(draft, path)
  if (!isObject(node)) return false
  const { all, any, channel } = node as Entry
  if (kindOf(draft, path) === 'condition') return rowsOf(all ?? any)?.length === 0
  return kindOf(draft, path) === 'action' && !channel
}
