import { parseDuration } from '../../../../shared/base/duration.ts'
import type { Millis } from '../../../../shared/base/time.ts'
import { DEFAULT_INTEGRATION } from '../../../../shared/config/sections.ts'
import { integrationsSection } from '../../../../shared/document/sections/integrations.ts'
import type { Shown as Entry } from '../../../../shared/document/sections/section.ts'
import { integrations as formats } from '../../../../shared/integrations/registry.ts'
import { integrationFields } from '../../../../shared/integrations/settings.ts'
import { readStatistics } from '../../../../shared/store/statistics.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { showEntriesTo } from '../../config/entry-view.ts'
import { rotateIntegrationUrl } from '../../config/integrations.ts'
import { atLeast } from '../../http/role.ts'
import { notFound, type Refusal, type Route } from '../../http/route.ts'
import { entryPages } from '../manage/entry-pages.ts'
import type { EntrySpec } from '../manage/entry-spec.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { copyLine, linkButton, notice, tabs, tiles } from '../parts/controls.ts'
import { entryPath } from '../parts/entry-path.ts'
import { type Input, settingInputs } from '../parts/form.ts'
import { said } from '../parts/said.ts'
import { listTable } from '../parts/table.ts'
import { ago, clockText } from '../parts/time.ts'
import { valueWords, wordsOf } from '../text/fields.ts'
import type { Texts } from '../text/texts.ts'

const TYPES = ['arms', 'prometheus', 'alertmanager', 'cloudevents', 'cloudtrail', 'actiontrail', 'custom']
/** The counts of an integration are a query. */
const MOST_COUNTED = 50
const OVERLAPS = ['24h', '1h', '168h', '0s'] as const

const spec: EntrySpec = {
  ...{ collection: integrationsSection, path: '/integrations', nav: 'integrations' },
  words: (text) => ({
    ...text.integrations,
    add: ({ type }) => text.integrations.add(typeName(text, type)),
  }),
  blank: ({ query }) => {
    const type = query.get('type') ?? ''
    return formats.has(type) ? { type, autoRecoverAfter: '5m' } : undefined
  },
  nameOf: ({ name, id }) => String(name ?? id ?? ''),
  inputs: (ask, entry, { isNew }) => inputsOf(ask, String(entry.type), isNew),
}

/** The ways in of alerts and audit records. */
export function integrationPages(deps: ConsoleDeps): Route[] {
  const nav = 'integrations' as const
  const edits = { access: 'editor', nav, path: '/integrations/{id}/rotate' } as const
  return [
    page(deps, { access: 'viewer', nav, path: '/integrations', load: (ask) => loadList(deps, ask) }),
    ...entryPages(deps, spec),
    page(deps, { ...edits, load: (ask) => rotateForm(deps, ask) }),
    action(deps, { ...edits, act: (ask, form) => rotate(deps, ask, form) }),
  ]
}

function typeName({ integrations }: Pick<Texts, 'integrations'>, type: unknown): string {
  return integrations.types[String(type)] ?? String(type)
}

function inputsOf({ text, prefs }: PageAsk, type: string, isNew: boolean): Input[] {
  const words = text.integrations
  const giveAlerts = formats.get(type)?.gives === 'alerts'
  const serves = formats.get(type)?.alertmanagerApi !== undefined
  const recovery: Input = {
    ...{ name: 'autoRecoverAfter', label: words.recovery, help: words.recoveryHelp, input: 'text' },
  }
  const access: Input = {
    ...{ name: 'access', label: words.access, input: 'choice', required: true },
    options: (['post', 'full'] as const).map((value) => ({ value, words: words.accesses[value] })),
  }
  return [
    { name: 'name', label: words.name, input: 'text', required: true, placeholder: words.namePlaceholder },
    { name: 'description', label: text.form.description, input: 'area' },
    ...(giveAlerts ? [recovery] : []),
    ...(serves ? [access] : []),
    ...(isNew ? [] : [{ name: 'paused', label: words.paused, input: 'switch' } as const]),
    { name: 'id', label: text.form.id, help: text.form.idHelp, input: 'text', group: text.channels.advanced },
    ...settingInputs(integrationFields(type), {
      labels: wordsOf(prefs.language),
      values: valueWords(prefs.language),
    }).map((input) => ({
      ...input,
      group: input.group ?? text.channels.advanced,
    })),
  ]
}

/** The two tabs of ARMS: integrations of alerts, and integrations of notifications. */
export function integrationTabs({ text, base }: PageAsk, now: 'alert' | 'notification'): Html {
  const words = text.integrations.tabs
  return html`<div class="tools">${tabs(text.places.integrations, [
    { href: `${base}/integrations`, words: words.alert, now: now === 'alert' },
    { href: `${base}/channels`, words: words.notification, now: now === 'notification' },
  ])}</div>`
}

interface Row {
  entry: Entry
  last?: Millis
  events?: number
  failures?: number
}

async function loadList(deps: ConsoleDeps, ask: PageAsk): Promise<Shown> {
  const { text, query, role } = ask
  const { config } = await readConfig(deps, ask.account, ['integrations', 'forwarding'])
  const fresh = query.get('id')
  const entries = showEntriesTo(deps, ask, integrationsSection, config)
  // A new integration comes first.
  entries.sort((a, b) => Number(b.id === fresh) - Number(a.id === fresh))
  const rows = await Promise.all(
    entries.map(async (entry, place): Promise<Row> => {
      if (place >= MOST_COUNTED) return { entry }
      const { lastSeenAt, ...counted } = await readStatistics(deps.table, ask.account, String(entry.id), ask.now)
      return { entry, ...counted, ...(lastSeenAt !== undefined && { last: lastSeenAt }) }
    }),
  )
  const edits = atLeast(role, 'editor')
  const words = text.integrations
  const create = TYPES.map((type) => ({ path: `/integrations/new?type=${type}`, words: typeName(text, type) }))
  return {
    title: text.places.integrations,
    body: html`<div class="title"><h1>${text.places.integrations}</h1></div>${integrationTabs(ask, 'alert')}
${doneNotice(ask, entries)}${edits ? tiles(ask, words.create, create) : nothing}
${listTable(
  [
    { head: words.columns.name, kind: 'wide', cell: ({ entry }) => nameCell(ask, entry) },
    { head: words.columns.type, cell: ({ entry }) => typeName(text, entry.type) },
    { head: words.columns.last, cell: ({ last }) => (last === undefined ? words.never : ago(ask, last)) },
    { head: words.columns.hour, cell: (row) => hourCell(ask, row) },
    { head: words.columns.url, cell: ({ entry }) => urlCell(ask, entry) },
    {
      head: '',
      kind: 'acts',
      cell: ({ entry }) => (edits ? rowActs(ask, entry, config.forwarding !== undefined) : nothing),
    },
  ],
  rows,
  ({ entry }) => (entry.id === fresh ? html` class="fresh"` : nothing),
)}`,
  }
}

function doneNotice(ask: PageAsk, entries: readonly Entry[]): Html {
  const { text, query } = ask
  const words = text.integrations
  const done = query.get('done')
  const made = entries.find(({ id }) => id === query.get('id'))
  if ((done === 'created' || done === 'rotated') && made?.url !== undefined) {
    return html`${notice(done === 'created' ? words.created : words.rotated)}<section class="panel">${copyLine(ask, 'new-url', String(made.url), words.columns.url)}${snippet(String(made.type), String(made.url))}</section>`
  }
  return notice(
    done === 'saved'
      ? words.saved
      : done === 'removed'
        ? words.removed
        : done === 'stopped'
          ? text.forwarding.stopped
          : undefined,
  )
}

/** Lines to paste into the configuration of the sender. */
function snippet(type: string, url: string): Html {
  const text = SNIPPETS[type]?.(url)
  return text === undefined ? nothing : html`<pre class="copy" tabindex="0">${text}</pre>`
}

const SNIPPETS: Record<string, (url: string) => string> = {
  prometheus: (url) => {
    const { host, pathname, protocol } = new URL(url)
    return `# prometheus.yml\nalerting:\n  alertmanagers:\n    - scheme: ${protocol.slice(0, -1)}\n      path_prefix: ${pathname}\n      static_configs:\n        - targets: ['${host}']`
  },
  alertmanager: (url) =>
    `# alertmanager.yml\nreceivers:\n  - name: tocsin\n    webhook_configs:\n      - url: ${url}\n        send_resolved: true`,
  custom: (url) => `curl ${url} -H 'Content-Type: application/json' -d '{"title":"Hello"}'`,
}

function nameCell({ text, base }: PageAsk, { id, name, description, paused }: Entry): Html {
  const words = text.integrations
  return html`<a href="${base}${entryPath('/integrations', id, 'edit')}" data-open><b>${said(String(name ?? id), 120)}</b></a>${
    paused === true ? html` <span class="chip held">${words.pausedChip}</span>` : nothing
  } <span class="sum">${said(String(description ?? (id === DEFAULT_INTEGRATION ? words.ownRules : '')), 200)}</span>`
}

function hourCell({ text }: PageAsk, { events, failures = 0 }: Row): Html {
  if (events === undefined) return nothing
  return html`${events}${failures === 0 ? nothing : html` <span class="chip bad">${text.integrations.refused(failures)}</span>`}`
}

function urlCell(ask: PageAsk, { id, url, name, previousUrlUntil }: Entry): Html {
  const { text } = ask
  if (url === undefined) return html`<span class="meta">${text.integrations.hidden}</span>`
  const label = `${text.integrations.columns.url}: ${name ?? id}`
  return html`${copyLine(ask, `url-${id}`, String(url), label)}${
    previousUrlUntil === undefined
      ? nothing
      : html`<span class="meta">${text.integrations.oldUntil(clockText(ask, Date.parse(String(previousUrlUntil))))}</span>`
  }`
}

function rowActs(ask: PageAsk, { id, name }: Entry, forwards: boolean): Html {
  const { text } = ask
  const of = (words: string): { label: string } => ({ label: `${words}: ${name ?? id}` })
  const forward = forwards ? text.forwarding.settingsAction : text.forwarding.action
  return html`${id === DEFAULT_INTEGRATION ? linkButton(ask, '/forwarding', forward, of(forward)) : nothing}${linkButton(ask, entryPath('/integrations', id, 'test'), text.integrations.test, of(text.integrations.test))}${linkButton(ask, entryPath('/integrations', id, 'rotate'), text.integrations.rotate, of(text.integrations.rotate))}${linkButton(ask, entryPath('/integrations', id, 'edit'), text.edit, of(text.edit))}`
}

async function rotateForm(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { text, base } = ask
  const { config } = await readConfig(deps, ask.account, ['integrations'])
  const found = config.integrations.find(({ id }) => id === ask.param('id'))
  if (found === undefined) return notFound('integration')
  const words = text.integrations
  return {
    title: words.rotateTitle(found.name),
    body: html`<section class="ask panel"><h1>${said(words.rotateTitle(found.name), 120)}</h1><p>${words.rotateSays}</p><form method="post" action="${base}${entryPath('/integrations', found.id, 'rotate')}"><fieldset><legend>${words.overlap}</legend>${OVERLAPS.map(
      (one, place) =>
        html`<label class="line"><input type="radio" name="overlap" value="${one}"${place === 0 ? html` checked` : nothing}> ${words.overlaps[one]}</label>`,
    )}</fieldset><button class="main">${words.rotate}</button></form><p><a href="${base}/integrations" data-key="Escape">${text.back}</a></p></section>`,
  }
}

async function rotate(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Response | Refusal> {
  const given = OVERLAPS.find((one) => one === field(form, 'overlap')) ?? OVERLAPS[0]
  const made = await rotateIntegrationUrl(deps, ask, parseDuration(given) ?? 0)
  return 'refused' in made
    ? made
    : redirect(`${ask.base}/integrations?done=rotated&id=${encodeURIComponent(ask.param('id'))}`)
}
