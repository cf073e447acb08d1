import { channelTypes } from '../../../../shared/channels/registry.ts'
import type { Channel, Config, Policy } from '../../../../shared/config/config.ts'
import { channelsSection } from '../../../../shared/document/sections/channels.ts'
import { isGroup } from '../../../../shared/settings/field.ts'
import { openSettings } from '../../../../shared/settings/secrets.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { type HealthItem, readHealth } from '../../config/channel-health.ts'
import { atLeast } from '../../http/role.ts'
import type { Route } from '../../http/route.ts'
import { type EntrySpec, entryPages } from '../manage/entry-pages.ts'
import { unusedId } from '../manage/ids.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { page } from '../page/page.ts'
import { empty, linkButton, notice, tiles } from '../parts/controls.ts'
import { type Input, settingInputs } from '../parts/form.ts'
import { said } from '../parts/said.ts'
import { listTable } from '../parts/table.ts'
import { clock } from '../parts/time.ts'
import { isInFront, kindName, wordsOfKind } from '../text/fields.ts'
import { integrationTabs } from './integrations.ts'

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
  nameOf: ({ id, type }) => String(id ?? type),
  inputs: (ask, entry, { config }) => inputsOf(ask, String(entry.type), config),
  below: (ask, { id }) =>
    id !== undefined && atLeast(ask.role, 'editor')
      ? linkButton(ask, `/channels/${id}/test`, ask.text.test.action)
      : nothing,
}

/** The ways out: notification integrations. */
export function channelPages(deps: ConsoleDeps): Route[] {
  return [
    page(deps, { access: 'viewer', nav: 'integrations', path: '/channels', load: (ask) => loadList(deps, ask) }),
    ...entryPages(deps, spec),
  ]
}

function inputsOf({ text, prefs }: PageAsk, type: string, config: Config): Input[] {
  const words = text.channels
  const kind = channelTypes.get(type)?.kind
  const settings = settingInputs(kind?.fields ?? {}, wordsOfKind(type, prefs.language))
  const resolved: Input = { name: 'sendResolved', label: words.sendResolved, input: 'switch' }
  const template: Input = {
    ...{ name: 'template', label: words.template, help: words.templateHelp, input: 'choice', group: words.advanced },
    options: config.templates.map(({ id, name }) => ({ value: id, words: name })),
  }
  return [
    {
      ...{ name: 'id', label: text.form.name, help: words.nameHelp, input: 'text', required: true },
      read: ([given = '']) => (given.trim() === '' ? undefined : unusedId(given, new Set(), () => new Uint8Array(4))),
    },
    // Settings that a kind can do without stand below.
    ...settings.map((input) => ({
      ...input,
      group:
        input.required || input.address || isInFront(type, input.name) ? undefined : (input.group ?? words.advanced),
    })),
    ...(kind?.lifecycle === undefined ? [resolved] : []),
    ...(kind?.content === undefined ? [] : [template]),
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
${notice(done === 'created' || done === 'saved' ? words.saved : done === 'removed' ? words.removed : undefined)}
${edits ? tiles(ask, words.create, create) : nothing}${
  config.channels.length === 0
    ? empty(words.none)
    : listTable<Channel>(
        [
          {
            ...{ head: words.columns.name, kind: 'wide' },
            cell: ({ id, receiver }) =>
              html`<a href="${base}/channels/${id}/edit" data-open><b>${said(id, 120)}</b></a>${receiver === undefined ? nothing : html` <span class="chip">${words.imported}</span>`}`,
          },
          { head: words.columns.type, cell: ({ type }) => kindName(type, ask.prefs.language) },
          { head: words.columns.host, cell: (channel) => said(hostOf(deps, channel), 100) },
          { head: words.columns.health, cell: ({ id }) => healthCell(ask, healthOf(id)) },
          {
            head: words.columns.used,
            cell: ({ id }) => {
              const users = config.policies.filter((policy) => tells(policy, id))
              return users.length === 0
                ? html`<span class="meta">${words.unused}</span>`
                : said(users.map(({ name }) => name).join(', '), 160)
            },
          },
          {
            ...{ head: '', kind: 'acts' },
            cell: ({ id }) =>
              html`${linkButton(ask, `/deliveries?target=${encodeURIComponent(id)}`, text.places.deliveries, { label: `${text.places.deliveries}: ${id}` })}${edits ? linkButton(ask, `/channels/${id}/test`, text.integrations.test, { label: `${text.test.action}: ${id}` }) : nothing}${edits ? linkButton(ask, `/channels/${id}/edit`, text.edit, { label: `${text.edit}: ${id}` }) : nothing}`,
          },
        ],
        config.channels,
        ({ id }) => (id === fresh ? html` class="fresh"` : nothing),
      )
}`,
  }
}

/** The outcome of the last attempt, its time, and the reason of a failure. */
function healthCell(ask: PageAsk, { state, lastArrivedAt, lastFailure, pausedSince }: HealthItem): Html {
  const words = ask.text.channels.states
  if (state === 'unknown') return html`<span class="meta">${words.unknown}</span>`
  const fine = state === 'working'
  const at = fine ? lastArrivedAt : (pausedSince ?? lastFailure?.at)
  const why =
    fine || lastFailure === undefined ? nothing : html` <span class="meta">${said(lastFailure.detail, 120)}</span>`
  return html`<span class="chip ${fine ? 'ok' : 'bad'}">${words[state]}</span> ${at === undefined ? nothing : clock(ask, Date.parse(at))}${why}`
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
