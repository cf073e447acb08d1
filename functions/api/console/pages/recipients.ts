import type { Config } from '../../../../shared/config/config.ts'
import type { Collection, Shown as Entry } from '../../../../shared/document/sections/section.ts'
import { userGroupsSection } from '../../../../shared/document/sections/user-groups.ts'
import { usersSection } from '../../../../shared/document/sections/users.ts'
import { type ChatNames, chatNames } from '../../../../shared/people/chats.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { showEntriesTo } from '../../config/entry-view.ts'
import { atLeast } from '../../http/role.ts'
import type { Route } from '../../http/route.ts'
import { entryPages } from '../manage/entry-pages.ts'
import type { EntrySpec } from '../manage/entry-spec.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { page } from '../page/page.ts'
import { empty, linkButton, notice } from '../parts/controls.ts'
import { entryPath } from '../parts/entry-path.ts'
import type { Input } from '../parts/form.ts'
import { said, saidList } from '../parts/said.ts'
import { type Column, listTable } from '../parts/table.ts'
import { recipientTabs } from './recipient-tabs.ts'

/** Rows of a list: of more people the CSV file is the way. */
const MOST_SHOWN = 200

/** Chats that call users by name. */
const CHATS = Object.keys(chatNames.shape) as (keyof ChatNames)[]

const users: EntrySpec = {
  ...{ collection: usersSection, path: '/users', nav: 'recipients' },
  words: ({ recipients: words }) => ({
    ...{ add: () => words.addUser, edit: words.editUser, remove: words.remove, removeSays: words.removeUserSays },
  }),
  blank: () => ({ enabled: true, language: 'en', timeZone: 'UTC' }),
  nameOf: ({ name, id }) => String(name ?? id ?? ''),
  inputs: ({ text }) => {
    const words = text.recipients
    return [
      { name: 'id', label: words.id, help: words.idHelp, input: 'text', required: true },
      { name: 'name', label: words.name, input: 'text', required: true },
      { name: 'phone', label: words.phone, help: words.phoneHelp, input: 'text' },
      { name: 'sms', label: words.sms, input: 'switch' },
      { name: 'voice', label: words.voice, input: 'switch' },
      { name: 'emails', label: words.emails, help: words.emailsHelp, input: 'lines' },
      {
        ...{ name: 'language', label: words.language, input: 'choice', required: true },
        options: (['en', 'zh'] as const).map((value) => ({ value, words: words.languages[value] })),
      },
      { name: 'timeZone', label: words.timeZone, input: 'text' },
      { name: 'enabled', label: words.enabled, input: 'switch' },
      ...CHATS.map((chat): Input => {
        const [label, help] = words.chatNames[chat]
        return { name: `chats.${chat}`, label, help, input: 'text', group: words.chats }
      }),
    ] satisfies Input[]
  },
}

const groups: EntrySpec = {
  ...{ collection: userGroupsSection, path: '/user-groups', nav: 'recipients' },
  words: ({ recipients: words }) => ({
    ...{ add: () => words.addGroup, edit: words.editGroup, remove: words.remove, removeSays: words.removeGroupSays },
  }),
  blank: () => ({ enabled: true }),
  nameOf: ({ name, id }) => String(name ?? id ?? ''),
  below: (ask, entry, config) => ofGroup(ask, entry, config),
  inputs: ({ text }, _, { config }) => {
    const words = text.recipients
    return [
      { name: 'id', label: words.id, help: words.idHelp, input: 'text', required: true },
      { name: 'name', label: words.groupName, input: 'text', required: true },
      {
        ...{ name: 'members', label: words.members, help: words.membersHelp, input: 'choices' },
        options: config.users.slice(0, 1000).map(({ id, name }) => ({ value: id, words: `${name} (${id})` })),
      },
      { name: 'enabled', label: words.enabled, input: 'switch' },
    ] satisfies Input[]
  },
}

/** The way to the shifts of a stored group, and the policies that name the group. */
function ofGroup(ask: PageAsk, { id }: Entry, { policies }: Config): Html {
  if (id === undefined) return nothing
  const words = ask.text.recipients
  const telling = policies.filter(({ flow }) => flow !== undefined && JSON.stringify(flow).includes(JSON.stringify(id)))
  return html`<p class="acts">${linkButton(ask, entryPath('/shifts', id, 'edit'), words.shifts)}</p>${
    telling.length === 0
      ? nothing
      : html`<p class="meta">${words.told}: ${telling.map(
          ({ id: policy, name }, place) =>
            html`${place === 0 ? '' : ', '}<a href="${ask.base}${entryPath('/policies', policy, 'edit')}">${said(name, 80)}</a>`,
        )}</p>`
  }`
}

/** Recipients: users and user groups. */
export function recipientPages(deps: ConsoleDeps): Route[] {
  const of = { access: 'viewer', nav: 'recipients' } as const
  return [
    page(deps, { ...of, path: '/users', load: (ask) => loadUsers(deps, ask) }),
    page(deps, { ...of, path: '/user-groups', load: (ask) => loadGroups(deps, ask) }),
    ...entryPages(deps, users),
    ...entryPages(deps, groups),
  ]
}

async function loadUsers(deps: ConsoleDeps, ask: PageAsk): Promise<Shown> {
  const { text, base } = ask
  const words = text.recipients
  const columns: Column<Entry>[] = [
    {
      ...{ head: words.columns.name, kind: 'wide' },
      cell: ({ id, name, enabled }) =>
        nameCell(ask, `${base}${entryPath('/users', id, 'edit')}`, String(name), enabled === false),
    },
    { head: words.columns.id, cell: ({ id }) => html`<code>${said(String(id), 60)}</code>` },
    {
      head: words.columns.phone,
      cell: ({ phone, sms, voice }) =>
        said([phone, sms && words.sms, voice && words.voice].filter(Boolean).join(' · '), 100),
    },
    { head: words.columns.emails, cell: ({ emails }) => said((emails as string[]).join(', '), 160) },
    { head: words.columns.language, cell: ({ language }) => words.languages[language as 'en'] },
  ]
  return await listPage(deps, ask, { spec: users, now: 'users', columns, none: words.noUsers })
}

async function loadGroups(deps: ConsoleDeps, ask: PageAsk): Promise<Shown> {
  const { text, base } = ask
  const words = text.recipients
  const columns: Column<Entry>[] = [
    {
      ...{ head: words.groupName, kind: 'wide' },
      cell: ({ id, name, enabled }) =>
        nameCell(ask, `${base}${entryPath('/user-groups', id, 'edit')}`, String(name ?? id), enabled === false),
    },
    { head: words.columns.id, cell: ({ id }) => html`<code>${said(String(id), 60)}</code>` },
    { head: words.columns.members, cell: ({ members }) => saidList(members as string[]) },
  ]
  return await listPage(deps, ask, { spec: groups, now: 'groups', columns, none: words.noGroups })
}

function nameCell({ text }: PageAsk, href: string, name: string, disabled: boolean): Html {
  return html`<a href="${href}" data-open><b>${said(name, 80)}</b></a>${disabled ? html` <span class="chip">${text.recipients.disabled}</span>` : nothing}`
}

interface PeopleList {
  spec: EntrySpec
  now: 'users' | 'groups'
  columns: Column<Entry>[]
  none: string
}

async function listPage(deps: ConsoleDeps, ask: PageAsk, { spec, now, columns, none }: PeopleList): Promise<Shown> {
  const { text, role, query } = ask
  const words = text.recipients
  const { collection, path } = spec
  const { config } = await readConfig(deps, ask.account, [(collection as Collection).key])
  const entries = showEntriesTo(deps, ask, collection, config)
  const edits = atLeast(role, 'editor')
  const done = query.get('done')
  const took = Number(query.get('took') ?? Number.NaN)
  const said = done === 'removed' ? words.removed : done === null ? undefined : words.saved
  return {
    title: text.places.recipients,
    body: html`<div class="title"><h1>${text.places.recipients}</h1></div>
${notice(Number.isInteger(took) ? words.took(took) : said)}
<div class="tools">${recipientTabs(ask, now)}${edits ? html`${linkButton(ask, `${path}/new`, words.add, { kind: 'main' })}${linkButton(ask, `/people/import?of=${collection.key}`, words.import)}` : nothing}</div>
${edits || now === 'groups' ? nothing : html`<p class="meta sub">${words.masked}</p>`}
${entries.length === 0 ? empty(none) : listTable(columns, entries.slice(0, MOST_SHOWN), ({ id }) => (id === query.get('id') ? html` class="fresh"` : nothing))}${
  entries.length > MOST_SHOWN ? html`<p class="meta">${text.alerts.more(entries.length - MOST_SHOWN)}</p>` : nothing
}`,
  }
}
