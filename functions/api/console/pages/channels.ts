import { channelTypes } from '../../../../shared/channels/registry.ts'
import type { Channel, Config, Policy } from '../../../../shared/config/config.ts'
import type { FailureReason } from '../../../../shared/delivery/outcome.ts'
import { channelsSection } from '../../../../shared/document/sections/channels.ts'
import type { Shown as Entry } from '../../../../shared/document/sections/section.ts'
import { isGroup } from '../../../../shared/settings/field.ts'
import { openSettings } from '../../../../shared/settings/secrets.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { type HealthItem, readHealth } from '../../config/channel-health.ts'
import { atLeast } from '../../http/role.ts'
import type { Route } from '../../http/route.ts'
import { entryPages } from '../manage/entry-pages.ts'
import type { EntrySpec } from '../manage/entry-spec.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { page } from '../page/page.ts'
import { empty, linkButton, notice, tiles } from '../parts/controls.ts'
import { entryPath } from '../parts/entry-path.ts'
import { type Input, nameInput, settingInputs } from '../parts/form.ts'
import { said, saidHost, saidList } from '../parts/said.ts'
import { listTable } from '../parts/table.ts'
import { channelWords, targetNames } from '../parts/targets.ts'
import { clock } from '../parts/time.ts'
import { isInFront, kindName, valueWords, wordsOfKind } from '../text/fields.ts'
import { integrationTabs } from './integrations.ts'
import { pausedPanel, resumeAction, resumedNotice } from './paused.ts'

/** Kinds that stand in front; those of an imported alertmanager.yml are made by the import. */
const FIRST = [
  'alibaba-eventbridge',
  'aws-eventbridge',
  'cloudevents',
  'webhook',
  'email',
  'dingtalk',
  'wecom',
  'feishu',
  'lark',
  'slack',
  'teams',
  'telegram',
  'discord',
  'sms',
  'voice',
  'inbox',
  'pagerduty',
  'opsgenie',
  'sns',
  'function',
]

const spec: EntrySpec = {
  ...{ collection: channelsSection, path: '/channels', nav: 'integrations' },
  words: ({ channels, lang }) => ({ ...channels, add: ({ type }) => channels.add(kindName(String(type), lang)) }),
  blank: ({ query }) => {
    const type = query.get('type') ?? ''
    return channelTypes.has(type) ? { type, sendResolved: true } : undefined
  },
  nameOf: ({ name, id, type }) => String(name ?? id ?? type),
  inputs: (ask, entry, { config }) => inputsOf(ask, entry, config),
  below: (ask, { id }) =>
    id !== undefined && atLeast(ask.role, 'editor')
      ? linkButton(ask, entryPath('/channels', id, 'test'), ask.text.test.action)
      : nothing,
}

/** The ways out: notification integrations. */
export function channelPages(deps: ConsoleDeps): Route[] {
  return [
    page(deps, { access: 'viewer', nav: 'integrations', path: '/channels', load: (ask) => loadList(deps, ask) }),
    resumeAction(deps),
    ...entryPages(deps, spec),
  ]
}

function inputsOf({ text, prefs }: PageAsk, { id, ...entry }: Entry, config: Config): Input[] {
  const type = String(entry.type)
  const words = text.channels
  const kind = channelTypes.get(type)?.kind
  const settings = settingInputs(kind?.fields ?? {}, {
    labels: wordsOfKind(type, prefs.language),
    values: valueWords(prefs.language),
  })
  const description: Input = { name: 'description', label: text.form.description, input: 'text' }
  const resolved: Input = { name: 'sendResolved', label: words.sendResolved, input: 'switch' }
  const template: Input = {
    ...{ name: 'template', label: words.template, help: words.templateHelp, input: 'choice', group: words.advanced },
    options: config.templates.map(({ id, name }) => ({ value: id, words: name })),
  }
  return [
    // A channel without a name is called by its id.
    {
      ...nameInput(text),
      show: (name = id ?? '') => [String(name)],
      read: ([name = '']) => (name.trim() === '' || name === id ? undefined : name.trim()),
    },
    // A receiver of an alertmanager.yml may have a text that it sends under this name.
    ...(kind?.fields.description === undefined ? [description] : []),
    // Settings that a kind can do without stand below.
    ...settings.map((input) => ({
      ...input,
      group:
        input.required || input.address || isInFront(type, input.name) ? undefined : (input.group ?? words.advanced),
    })),
    ...(kind?.lifecycle === undefined ? [resolved] : []),
    ...(kind?.content === undefined ? [] : [template]),
    { name: 'id', label: text.form.id, help: text.form.idHelp, input: 'text', group: words.advanced },
  ]
}

async function loadList(deps: ConsoleDeps, ask: PageAsk): Promise<Shown> {
  const { text, query, role, base } = ask
  const [{ config }, healthOf] = await Promise.all([
    readConfig(deps, ask.account, ['channels', 'policies', 'route']),
    readHealth(deps, ask.account),
  ])
  const words = text.channels
  const edits = atLeast(role, 'editor')
  const fresh = query.get('id')
  const done = query.get('done')
  const kinds = FIRST.filter((type) => channelTypes.has(type))
  const create = kinds.map((type) => ({
    path: `/channels/new?type=${type}`,
    words: kindName(type, ask.prefs.language),
  }))
  return {
    title: text.integrations.tabs.notification,
    body: html`<div class="title"><h1>${text.places.integrations}</h1></div>${integrationTabs(ask, 'notification')}
${notice(done === 'created' || done === 'saved' ? words.saved : done === 'removed' ? words.removed : undefined)}${resumedNotice(ask, targetNames(await deps.configs.current(ask.account)))}${pausedPanel(deps, ask)}
${edits ? tiles(ask, words.create, create) : nothing}${
  config.channels.length === 0
    ? empty(words.none)
    : listTable<Channel>(
        [
          {
            ...{ head: words.columns.name, kind: 'wide' },
            cell: ({ id, name = id, description, receiver }) =>
              html`<a href="${base}${entryPath('/channels', id, 'edit')}" data-open><b>${said(name, 120)}</b></a>${name === id ? nothing : html` <code>${id}</code>`}${description === undefined ? nothing : html` <span class="sum">${said(description, 160)}</span>`}${receiver === undefined ? nothing : html` <span class="chip">${words.imported}</span>`}`,
          },
          { head: words.columns.type, cell: ({ type }) => kindName(type, ask.prefs.language) },
          { head: words.columns.host, kind: 'whole', cell: (channel) => saidHost(hostOf(deps, channel)) },
          { head: words.columns.health, cell: ({ id }) => healthCell(ask, healthOf(id)) },
          {
            head: words.columns.used,
            cell: ({ id }) => {
              const users = config.policies.filter((policy) => tells(policy, id))
              return users.length === 0
                ? html`<span class="meta">${words.unused}</span>`
                : saidList(users.map(({ name }) => name))
            },
          },
          {
            ...{ head: '', kind: 'acts' },
            cell: (channel) => rowButtons(ask, channel),
          },
        ],
        config.channels,
        ({ id }) => (id === fresh ? html` class="fresh"` : nothing),
      )
}`,
  }
}

function rowButtons(ask: PageAsk, channel: Channel): Html {
  const { text, role } = ask
  const { id } = channel
  const words = channelWords(channel)
  const edits = atLeast(role, 'editor')
  return html`${linkButton(ask, `/deliveries?target=${encodeURIComponent(id)}`, text.places.deliveries, { label: `${text.places.deliveries}: ${words}` })}${edits ? linkButton(ask, entryPath('/channels', id, 'test'), text.integrations.test, { label: `${text.test.action}: ${words}` }) : nothing}${edits ? linkButton(ask, entryPath('/channels', id, 'edit'), text.edit, { label: `${text.edit}: ${words}` }) : nothing}`
}

/** The outcome of the last attempt, its time, the reason of a failure, and the last arrival before the failures. */
function healthCell(ask: PageAsk, { state, lastArrivedAt, lastFailure, pausedSince }: HealthItem): Html {
  const words = ask.text.channels.states
  if (state === 'unknown') return html`<span class="meta">${words.unknown}</span>`
  const fine = state === 'working'
  const at = fine ? lastArrivedAt : (pausedSince ?? lastFailure?.at)
  return html`<span class="chip ${fine ? 'ok' : 'bad'}">${words[state]}</span> ${at === undefined ? nothing : clock(ask, Date.parse(at))}${fine ? nothing : html` <span class="meta">${whyBad(ask, lastFailure)}${lastArrivedAt === undefined ? nothing : html` · ${ask.text.channels.arrivedLast} ${clock(ask, Date.parse(lastArrivedAt))}`}</span>`}`
}

function whyBad({ text }: PageAsk, failure: HealthItem['lastFailure']): Html {
  if (failure === undefined) return nothing
  const { reason, detail } = failure
  return said(text.reason({ code: 'failed', failure: reason as FailureReason, detail }), 160)
}

function tells({ targets, lifecycle, flow }: Policy, id: string): boolean {
  if ([...targets, ...lifecycle].some(({ channel }) => channel === id)) return true
  return flow !== undefined && JSON.stringify(flow).includes(JSON.stringify(id))
}

/** The host of an address: two webhooks look different, and no token of an address is shown. */
function hostOf({ secrets }: ConsoleDeps, { type, settings }: Channel): string {
  const fields = channelTypes.get(type)?.kind.fields ?? {}
  try {
    const opened = openSettings(fields, settings, secrets)
    for (const [name, declared] of Object.entries(fields)) {
      if (isGroup(declared) || declared.address !== true) continue
      const value = String(opened[name] ?? '')
      if (URL.canParse(value)) return new URL(value).host
      if (value !== '' && declared.secret === undefined) return value
    }
  } catch {
    // Sealed under another key: there is nothing to show.
  }
  return ''
}
