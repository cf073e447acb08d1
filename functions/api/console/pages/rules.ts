import { stringify } from 'yaml'
import type { Config, Integration } from '../../../../shared/config/config.ts'
import { rulesSection } from '../../../../shared/document/sections/rules.ts'
import type { Shown as Entry } from '../../../../shared/document/sections/section.ts'
import { integrations } from '../../../../shared/integrations/registry.ts'
import { readHours, readStatistics } from '../../../../shared/store/statistics.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { saveEntry } from '../../config/collection-changes.ts'
import { showEntriesTo } from '../../config/entry-view.ts'
import { atLeast } from '../../http/role.ts'
import { notFound, type Refusal, type Route } from '../../http/route.ts'
import { readHistory, readStatus } from '../../rules/rule-routes.ts'
import { type RuleStatus, searchOf } from '../../rules/rule-status.ts'
import { shippedRules } from '../../rules/template-routes.ts'
import { entryPages } from '../manage/entry-pages.ts'
import type { EntrySpec } from '../manage/entry-spec.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { readOn } from '../page/read-on.ts'
import { dayBars, hourBars } from '../parts/bars.ts'
import { actButton, empty, linkButton, notice, pager, searchBox, tabs } from '../parts/controls.ts'
import { entryPath } from '../parts/entry-path.ts'
import type { Input } from '../parts/form.ts'
import { policyText } from '../parts/labels.ts'
import { said, saidHost, sentence } from '../parts/said.ts'
import { listTable } from '../parts/table.ts'
import { ago, clock } from '../parts/time.ts'
import { parseYaml, yamlInput } from '../parts/yaml-input.ts'
import type { Texts } from '../text/texts.ts'
import { ruleCheckAction, ruleCheckBox } from './rule-check.ts'

const COUNT = 50
const SHOWN_TRAILS = 5

const SKETCH = `title: Login without MFA
status: test
logsource:
  product: alibabacloud
  service: actiontrail
detection:
  selection:
    eventName: ConsoleSignin
  condition: selection
level: medium
`

const spec: EntrySpec = {
  ...{ collection: rulesSection, path: '/rules', nav: 'rules' },
  words: ({ rules: words }) => ({ ...words, add: () => words.add }),
  blank: ({ query }) => {
    const copied = shipped(query.get('copy'))
    if (copied !== undefined) return { enabled: true, sigma: copied.sigma }
    const template = query.get('template')
    if (template === null) return { enabled: true, sigma: SKETCH }
    return shipped(template) === undefined ? undefined : { enabled: true, template }
  },
  nameOf: ({ id, template }) => String(id ?? String(template ?? 'rule').replace(/^.*\//, '')),
  inputs: ({ text }, entry, { config }) => inputsOf(text, entry, config),
  below: (ask, { template }) => (template === undefined ? ruleCheckBox(ask) : templateText(ask, template)),
}

/** Rules over audit records: shipped ones with parameters, and the account's own. */
export function rulePages(deps: ConsoleDeps): Route[] {
  const of = { access: 'viewer', nav: 'rules' } as const
  return [
    page(deps, { ...of, path: '/rules', load: (ask) => loadList(deps, ask) }),
    page(deps, { ...of, path: '/rule-templates', load: loadTemplates }),
    page(deps, { ...of, path: '/rules/{id}/history', load: (ask) => loadHistory(deps, ask) }),
    ...entryPages(deps, spec),
    ruleCheckAction(deps),
    action(deps, {
      access: 'editor',
      nav: 'rules',
      path: '/rules/{id}/status',
      act: (ask, form) => turn(deps, ask, form),
    }),
  ]
}

function shipped(name: unknown): ReturnType<typeof shippedRules>[number] | undefined {
  return shippedRules().find(({ template }) => template === name)
}

function inputsOf(text: Texts, { template, sigma }: Entry, { policies }: Config): Input[] {
  const words = text.rules
  const own: Input[] =
    template === undefined
      ? [
          {
            ...{ name: 'sigma', label: words.sigma, help: words.sigmaHelp, input: 'area', rows: 16, required: true },
            show: (value) => [typeof value === 'string' ? value : stringify(value)],
            // A rule that is stored as a mapping stays one.
            ...(typeof sigma === 'object' && { parse: parseYaml }),
          },
        ]
      : [
          { name: 'template', label: words.template, input: 'text', fixed: true },
          yamlInput({ name: 'parameters', label: words.parameters, help: words.parametersHelp, rows: 6 }),
        ]
  return [
    { name: 'id', label: text.form.id, help: text.form.idHelp, input: 'text' },
    ...own,
    {
      ...{ name: 'policy', label: words.policy, help: words.policyHelp, input: 'choice' },
      options: policies.map(({ id, name }) => ({ value: id, words: name })),
    },
    // The document shows only that a rule is stopped.
    {
      ...{ name: 'enabled', label: words.enabled, input: 'switch' },
      show: (enabled) => (enabled === false ? [] : ['on']),
    },
  ]
}

function templateText(ask: PageAsk, template: unknown): Html {
  const words = ask.text.rules
  const found = shipped(template)
  if (found === undefined) return nothing
  return html`<details class="panel group"><summary>${words.text}</summary><pre class="copy" tabindex="0">${found.sigma}</pre>${atLeast(ask.role, 'editor') ? html`<p class="acts">${linkButton(ask, `/rules/new?copy=${encodeURIComponent(found.template)}`, words.copy)}</p>` : nothing}</details>`
}

function ruleTabs({ text, base }: PageAsk, now: 'rules' | 'templates'): Html {
  const words = text.rules.tabs
  return tabs(text.places.rules, [
    { href: `${base}/rules`, words: words.rules, now: now === 'rules' },
    { href: `${base}/rule-templates`, words: words.templates, now: now === 'templates' },
  ])
}

async function loadList(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { text, role, query } = ask
  const list = await readOn(deps, ask, query, COUNT, (one) => readStatus(deps, one))
  if ('refused' in list) return list
  const words = text.rules
  const edits = atLeast(role, 'editor')
  const fed = await trailIntegrations(deps, ask)
  const none = query.get('q')
    ? empty(words.noMatch, html`<p>${linkButton(ask, '/rules', text.clear)}</p>`)
    : empty(words.none)
  return {
    title: text.places.rules,
    body: html`<div class="title"><h1>${text.places.rules}</h1></div>${notice(doneText(ask))}
<div class="tools">${ruleTabs(ask, 'rules')}${edits ? html`${linkButton(ask, '/rule-templates', words.create, { kind: 'main' })}${linkButton(ask, '/rules/new', words.custom)}` : nothing}${searchBox(ask, '/rules', { label: words.search })}</div>
<p class="meta sub">${words.says}</p>${await trailLine(deps, ask, fed)}${list.items.length === 0 ? none : ruleTable(ask, list.items, fed)}${pager(ask, '/rules', query, list.next, COUNT)}`,
  }
}

type TrailIntegration = Pick<Integration, 'id' | 'name' | 'type'>

/** The integrations that bring records: a rule sees nothing else. */
async function trailIntegrations(deps: ConsoleDeps, { account }: PageAsk): Promise<TrailIntegration[]> {
  const { config } = await deps.configs.current(account)
  return config.integrations.filter(({ type }) => integrations.get(type)?.gives === 'records')
}

/** How many records came within the hour. */
async function trailLine(
  deps: ConsoleDeps,
  { account, text, base, now }: PageAsk,
  fed: readonly TrailIntegration[],
): Promise<Html> {
  const words = text.rules.trail
  if (fed.length === 0) {
    return html`<p class="notice bad">${words.none} <a href="${base}/integrations">${text.places.integrations}</a></p>`
  }
  const counted = await Promise.all(
    fed.slice(0, SHOWN_TRAILS).map(async ({ id, name }) => {
      const { events } = await readStatistics(deps.table, account, id, now)
      return sentence((said) => words.records(said, events), name)
    }),
  )
  return html`<p class="meta">${counted.map((one) => html`<span>${one}</span> `)}</p>`
}

/** The trails of a rule, with a word at a trail that no integration brings. */
function trailCell({ text }: PageAsk, { trails }: RuleStatus, fed: readonly TrailIntegration[]): Html {
  const words = text.rules.trail
  if (trails.length === 0) return html`<span class="meta">${words.never}</span>`
  return html`${trails.map((trail, place) => {
    const missing = fed.length > 0 && !fed.some(({ type }) => type === trail)
    return html`${place === 0 ? nothing : ', '}${text.integrations.types[trail] ?? trail}${missing ? html` <span class="meta">${words.missing}</span>` : nothing}`
  })}`
}

function doneText({ text, query }: PageAsk): string | undefined {
  const { created, removed, saved } = text.rules
  const done = query.get('done')
  return done === null ? undefined : done === 'created' ? created : done === 'removed' ? removed : saved
}

function ruleTable(ask: PageAsk, rules: readonly RuleStatus[], fed: readonly TrailIntegration[]): Html {
  const { text, base, role, query } = ask
  const words = text.rules
  const search = query.get('q')
  return listTable<RuleStatus>(
    [
      {
        ...{ head: words.columns.name, kind: 'wide' },
        cell: ({ id, title, problems = [] }) =>
          html`<a href="${base}${entryPath('/rules', id, 'history')}" data-open><b>${said(id, 100)}</b></a> <span class="sum">${said(title, 160)}</span>${problems
            .slice(0, 2)
            .map(({ message }) => html`<p class="error"><bdi>${text.problem(message)}</bdi></p>`)}`,
      },
      { head: words.columns.level, cell: ({ level }) => level ?? nothing },
      {
        head: words.columns.status,
        cell: ({ status }) => html`<span class="chip ${CHIPS[status]}">${words.statuses[status]}</span>`,
      },
      { head: words.columns.source, cell: ({ template }) => saidHost(template ?? words.customSource) },
      { head: words.columns.trail, cell: (rule) => trailCell(ask, rule, fed) },
      {
        head: words.columns.raised,
        cell: ({ lastMatchedAt }) => (lastMatchedAt === undefined ? words.never : ago(ask, Date.parse(lastMatchedAt))),
      },
      {
        head: words.day,
        cell: ({ hours }) => (hours === undefined ? html`<span class="meta">–</span>` : hourBars(ask, hours)),
      },
      {
        ...{ head: '', kind: 'acts' },
        cell: ({ id, status }) => {
          const turns = status === 'stopped' ? words.start : words.stop
          return atLeast(role, 'editor')
            ? html`${actButton(ask, entryPath('/rules', id, 'status'), turns, { label: `${turns}: ${id}`, fields: search ? { q: search } : {} })}${linkButton(ask, entryPath('/rules', id, 'edit'), text.edit, { label: `${text.edit}: ${id}` })}`
            : nothing
        },
      },
    ],
    rules,
    ({ id }) => (id === query.get('id') ? html` class="fresh"` : nothing),
  )
}

const CHIPS: Record<RuleStatus['status'], string> = { running: 'ok', stopped: '', refused: 'bad' }

/** The incidents with alerts of a rule. */
async function loadHistory(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { text, base, query } = ask
  const id = ask.param('id')
  const list = await readOn(deps, ask, query, COUNT, (one) => readHistory(deps, one))
  if ('refused' in list) return list
  const words = text.rules
  const title = words.history(id)
  const hours = await readHours(deps.table, ask.account, id, ask.now)
  return {
    title,
    body: html`<div class="title"><h1>${said(title, 120)}</h1>${linkButton(ask, entryPath('/rules', id, 'edit'), text.edit)}</div><section class="panel"><h2>${words.day}</h2>${dayBars(ask, hours)}</section>${
      list.items.length === 0
        ? empty(words.noHistory)
        : listTable(
            [
              {
                ...{ head: text.incidents.columns.title, kind: 'wide' },
                cell: (item) =>
                  html`<a href="${base}/incidents/${item.id}" data-open><b>${said(item.alerts[0]?.labels.alertname ?? item.id, 120)}</b></a>`,
              },
              { head: text.incidents.columns.state, cell: ({ state }) => text.incidents[state] },
              { head: text.incidents.columns.opened, cell: ({ openedAt }) => clock(ask, Date.parse(openedAt)) },
              { head: text.incidents.columns.policy, cell: ({ policy }) => policyText(ask, policy) },
              {
                head: words.record,
                cell: ({ alerts }) => html`<code>${said(alerts[0]?.annotations.eventId ?? '', 60)}</code>`,
              },
            ],
            list.items,
          )
    }${pager(ask, entryPath('/rules', id, 'history'), query, list.next, COUNT)}<p><a href="${base}/rules">${text.back}</a></p>`,
  }
}

function loadTemplates(ask: PageAsk): Shown {
  const { text, base, query, role } = ask
  const words = text.rules
  const isFound = searchOf(query.get('q') ?? '')
  const found = shippedRules().filter(({ template, title }) => isFound(`${template} ${title}`.toLowerCase()))
  const edits = atLeast(role, 'editor')
  return {
    title: words.tabs.templates,
    body: html`<div class="title"><h1>${text.places.rules}</h1></div>
<div class="tools">${ruleTabs(ask, 'templates')}${searchBox(ask, '/rule-templates')}</div>${
      found.length === 0
        ? empty(words.noTemplate, html`<p>${linkButton(ask, '/rule-templates', text.clear)}</p>`)
        : listTable(
            [
              {
                ...{ head: words.columns.name, kind: 'wide' },
                cell: ({ template, title }) =>
                  html`${edits ? html`<a href="${base}/rules/new?template=${encodeURIComponent(template)}" data-open><b>${title}</b></a>` : html`<b>${title}</b>`}`,
              },
              { head: words.template, cell: ({ template }) => html`<code>${template}</code>` },
              { head: words.columns.level, cell: ({ level }) => level ?? nothing },
            ],
            found,
          )
    }`,
  }
}

/** Stops a rule that runs, and starts a rule that is stopped. The list comes again with its search. */
async function turn(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Response | Refusal> {
  const id = ask.param('id')
  const { config } = await readConfig(deps, ask.account, ['rules'])
  const entry = showEntriesTo(deps, ask, rulesSection, config).find((one) => one.id === id)
  if (entry === undefined) return notFound('rule')
  const value = { ...entry, enabled: entry.enabled === false }
  const made = await saveEntry(deps, rulesSection, ask, { id, value, match: null })
  if ('refused' in made) return made
  const search = field(form, 'q')
  const query = new URLSearchParams({ ...(search && { q: search }), done: 'saved', id })
  return redirect(`${ask.base}/rules?${query.toString()}`)
}
