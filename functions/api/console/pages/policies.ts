import { channelTypes } from '../../../../shared/channels/registry.ts'
import type { Config, Policy } from '../../../../shared/config/config.ts'
import type { Flow } from '../../../../shared/config/flow.ts'
import { reachesAlone } from '../../../../shared/document/sections/channels.ts'
import { policiesSection } from '../../../../shared/document/sections/policies.ts'
import type { Shown as Entry } from '../../../../shared/document/sections/section.ts'
import type { Matcher } from '../../../../shared/matcher/matcher.ts'
import { parseMatcher } from '../../../../shared/matcher/parse.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { atLeast } from '../../http/role.ts'
import type { Route } from '../../http/route.ts'
import { entryPages } from '../manage/entry-pages.ts'
import type { EntrySpec } from '../manage/entry-spec.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { html, nothing } from '../page/html.ts'
import { page } from '../page/page.ts'
import { empty, linkButton, notice } from '../parts/controls.ts'
import { entryPath } from '../parts/entry-path.ts'
import { type Input, nameInput } from '../parts/form.ts'
import { matcherTag, matcherText } from '../parts/labels.ts'
import { said, saidList } from '../parts/said.ts'
import { listTable } from '../parts/table.ts'
import { channelWords, targetNames } from '../parts/targets.ts'
import type { Texts } from '../text/texts.ts'
import { flowBuilder } from './flow/builder.ts'
import { isPlain } from './flow/draft.ts'

const spec: EntrySpec = {
  ...{ collection: policiesSection, path: '/policies', nav: 'policies' },
  words: ({ policies: words }) => ({ ...words, add: () => words.add }),
  blank: () => ({ groupBy: ['alertname'], groupWait: '5s', groupInterval: '30s', repeatInterval: '4h' }),
  nameOf: ({ name, id }) => String(name ?? id ?? ''),
  inputs: ({ text }, entry, { config }) => inputsOf(text, entry, config),
  below: (ask, entry) => (entry.id === undefined ? nothing : linkButton(ask, '/policies/try', ask.text.policies.try)),
  builder: flowBuilder,
}

/** Policies: the grouping of alerts into incidents, and the targets that are told. */
export function policyPages(deps: ConsoleDeps): Route[] {
  return [
    page(deps, { access: 'viewer', nav: 'policies', path: '/policies', load: (ask) => loadList(deps, ask) }),
    ...entryPages(deps, spec),
  ]
}

function inputsOf(text: Texts, entry: Entry, { channels, templates }: Config): Input[] {
  const words = text.policies
  const forEvents = new Set(
    channels.filter(({ type, settings }) => channelTypes.get(type)?.kind.lifecycle?.(settings)).map(({ id }) => id),
  )
  const named = (events: boolean) =>
    channels
      .filter((channel) => forEvents.has(channel.id) === events && (events || reachesAlone(channel)))
      .map((channel) => ({ value: channel.id, words: channelWords(channel) }))
  const time = (name: string, label: string): Input => ({ name, label, help: words.timesHelp, input: 'text' })
  const tell: Input = {
    ...{ name: 'notify', label: words.notify, help: words.notifyHelp, input: 'choices', options: named(false) },
    show: (value) => actionsOf(value).map(({ channel }) => String(channel)),
    read: (channels) => channels.map((channel) => ({ channel })),
  }
  return [
    nameInput(text, 'O & M team'),
    { name: 'owner', label: words.owner, input: 'text' },
    {
      ...{ name: 'match', label: words.match, help: words.matchHelp, input: 'area', rows: 3 },
      placeholder: 'severity=~"error|critical"',
      show: (value) => [(Array.isArray(value) ? value : []).map(writtenMatcher).join('\n')],
      read: ([lines = '']) => linesOf(lines).flatMap(readMatcher),
      check: ([lines = '']) => matcherProblem(text, lines),
    },
    // A list of channels would lose the people and hours of an action.
    ...(isPlain(entry) ? [tell] : []),
    { name: 'lifecycle', label: words.ticket, help: words.ticketHelp, input: 'choices', options: named(true) },
    {
      ...{ name: 'groupBy', label: words.groupBy, help: words.groupByHelp, input: 'text' },
      show: (value) => [Array.isArray(value) ? value.join(', ') : ''],
      read: ([names = '']) => names.split(/[\s,]+/).filter((name) => name !== ''),
    },
    ...[time('groupWait', words.groupWait), time('groupInterval', words.groupInterval)],
    time('repeatInterval', words.repeatInterval),
    {
      ...{ name: 'template', label: words.template, input: 'choice', group: text.channels.advanced },
      options: templates.map(({ id, name }) => ({ value: id, words: name })),
    },
    { name: 'repeatWhileClaimed', label: words.repeatWhileClaimed, input: 'switch', group: text.channels.advanced },
    { name: 'id', label: text.form.id, help: text.form.idHelp, input: 'text', group: text.channels.advanced },
  ]
}

function actionsOf(value: unknown): Entry[] {
  return Array.isArray(value) ? (value as Entry[]) : []
}

function linesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => line.trim() || [])
}

function writtenMatcher(given: unknown): string {
  const { label, op = '=', value } = given as { label: string; op?: Matcher['op']; value: string }
  return matcherText({ name: label, op, value })
}

function readMatcher(line: string): Entry[] {
  const parsed = parseMatcher(line)
  return parsed.ok ? [{ label: parsed.matcher.name, op: parsed.matcher.op, value: parsed.matcher.value }] : []
}

function matcherProblem({ policies, problem }: Texts, lines: string): string | undefined {
  for (const line of linesOf(lines)) {
    const parsed = parseMatcher(line)
    if (!parsed.ok) return policies.matchWrong(line.slice(0, 80), problem(parsed.error))
  }
  return undefined
}

/** Every channel that a flow can tell. */
function channelsOf({ steps, stages, fallback }: Flow): string[] {
  const actions = [...steps, ...stages.flatMap((stage) => stage.steps)].flatMap((step) => step.actions)
  return [...new Set([...actions, ...(fallback?.actions ?? [])].map(({ channel }) => channel))]
}

async function loadList(deps: ConsoleDeps, ask: PageAsk): Promise<Shown> {
  const { text, base, role, query } = ask
  const { config } = await readConfig(deps, ask.account, ['policies'])
  const named = targetNames(await deps.configs.current(ask.account))
  const words = text.policies
  const done = query.get('done')
  return {
    title: text.places.policies,
    body: html`<div class="title"><h1>${text.places.policies}</h1>${
      atLeast(role, 'editor')
        ? html`<span class="acts end">${linkButton(ask, '/policies/try', words.try)}${linkButton(ask, '/policies/new', words.add, { kind: 'main' })}</span>`
        : nothing
    }</div>${notice(done === 'removed' ? words.removed : done === null ? undefined : words.saved)}<p class="meta sub">${words.says}</p>${
      config.policies.length === 0
        ? empty(words.none)
        : listTable<Policy>(
            [
              {
                ...{ head: words.columns.name, kind: 'wide' },
                cell: ({ id, name, owner }) =>
                  html`<a href="${base}${entryPath('/policies', id, 'edit')}" data-open><b>${said(name, 120)}</b></a>${owner === undefined ? nothing : html` <span class="sum">${said(owner, 60)}</span>`}`,
              },
              {
                head: words.columns.match,
                cell: ({ match }) =>
                  match.length === 0
                    ? html`<span class="meta">${words.every}</span>`
                    : html`<span class="tags">${match.slice(0, 6).map(matcherTag)}</span>`,
              },
              {
                head: words.columns.group,
                cell: ({ groupBy }) => said(Array.isArray(groupBy) ? groupBy.join(', ') : '…', 100),
              },
              {
                head: words.columns.tells,
                cell: ({ targets, flow }) => {
                  const told = flow === undefined ? targets.map(({ channel }) => channel) : channelsOf(flow)
                  const names = told.length === 0 ? html`${words.nobody}` : saidList(told.map(named))
                  return flow === undefined ? names : html`${names} <span class="chip">${words.byFlow}</span>`
                },
              },
              {
                head: words.columns.ticket,
                cell: ({ lifecycle }) => saidList(lifecycle.map(({ channel }) => named(channel))),
              },
            ],
            config.policies,
            ({ id }) => (id === query.get('id') ? html` class="fresh"` : nothing),
          )
    }`,
  }
}
