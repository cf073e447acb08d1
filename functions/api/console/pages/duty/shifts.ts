import { parseDuration } from '../../../../../shared/base/duration.ts'
import { MINUTE, type Millis } from '../../../../../shared/base/time.ts'
import type { Config } from '../../../../../shared/config/config.ts'
import { userGroupsSection } from '../../../../../shared/document/sections/user-groups.ts'
import type { UserGroup } from '../../../../../shared/people/group.ts'
import { localOf } from '../../../../../shared/people/local-time.ts'
import { type Shift, shiftsFrom } from '../../../../../shared/people/on-duty.ts'
import type { Rotation } from '../../../../../shared/people/rotation.ts'
import { readConfig } from '../../../../../shared/store/whole-config.ts'
import { saveEntry } from '../../../config/collection-changes.ts'
import { showEntriesTo } from '../../../config/entry-view.ts'
import { notFound, type Refusal, type Route } from '../../../http/route.ts'
import { partPages } from '../../manage/entry-pages.ts'
import type { EntrySpec } from '../../manage/entry-spec.ts'
import { redirect } from '../../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../../page/ask.ts'
import { type Form, field } from '../../page/form-data.ts'
import { type Html, html, nothing } from '../../page/html.ts'
import { action, page } from '../../page/page.ts'
import { entryPath } from '../../parts/entry-path.ts'
import type { Input } from '../../parts/form.ts'
import { said, sentence } from '../../parts/said.ts'
import { listTable } from '../../parts/table.ts'
import { clock } from '../../parts/time.ts'

const SHOWN_SHIFTS = 12
const SHOWN_MEMBERS = 20
const SPANS = ['1h', '4h', '12h', '1d', '7d'] as const

const spec: EntrySpec = {
  ...{ collection: userGroupsSection, path: '/shifts', nav: 'recipients', list: () => '/calendars' },
  words: ({ duty, recipients }) => ({
    ...{
      add: () => duty.shifts,
      edit: duty.shiftsOf,
      remove: recipients.remove,
      removeSays: recipients.removeGroupSays,
    },
  }),
  blank: () => undefined,
  nameOf: ({ name, id }) => String(name ?? id ?? ''),
  inputs: (ask, { id }, { config }) =>
    inputsOf(
      ask,
      config.userGroups.find((one) => one.id === id),
    ),
  below: (ask, { id }, config) => {
    const group = config.userGroups.find((one) => one.id === id)
    return group?.rotation === undefined
      ? nothing
      : upcoming(ask, shiftsOf(config, group, ask.now, SHOWN_SHIFTS), config)
  },
}

/** The shifts of a user group, and taking over from the user on duty. */
export function shiftPages(deps: ConsoleDeps): Route[] {
  const of = { access: 'editor', nav: 'recipients', path: '/shifts/{id}/take-over' } as const
  return [
    ...partPages(deps, spec),
    page(deps, { ...of, load: (ask) => takeOverPage(deps, ask) }),
    action(deps, { ...of, act: (ask, form) => takeOver(deps, ask, form) }),
  ]
}

function inputsOf({ text }: PageAsk, group: UserGroup | undefined): Input[] {
  const words = text.duty
  const members = group?.members.slice(0, SHOWN_MEMBERS).join(', ') || words.noMembers
  return [
    {
      name: 'rotation.start',
      label: words.start,
      help: words.startHelp,
      input: 'text',
      placeholder: '2026-01-05T09:00',
    },
    { name: 'rotation.every', label: words.every, help: words.everyHelp, input: 'text', placeholder: '1w' },
    { name: 'rotation.timeZone', label: words.timeZone, input: 'text', placeholder: 'UTC' },
    {
      ...{ name: 'rotation.order', label: words.order, help: words.orderHelp(members), input: 'lines', rows: 4 },
      read: ([text = '']) => (linesOf(text).length === 0 ? undefined : linesOf(text)),
    },
    {
      ...{ name: 'rotation.overrides', label: words.overrides, help: words.overridesHelp, input: 'lines' },
      show: (value) => [((value ?? []) as Rotation['overrides']).map(lineOf).join('\n')],
      read: ([text = '']) => (linesOf(text).length === 0 ? undefined : linesOf(text).map(overrideOf)),
      check: ([text = '']) => {
        const wrong = linesOf(text).find((line) => overrideOf(line) === undefined)
        return wrong === undefined ? undefined : words.overrideWrong(wrong.slice(0, 100))
      },
    },
  ]
}

function linesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => line.trim() || [])
}

function lineOf({ from, until, user }: Rotation['overrides'][number]): string {
  return `${from} ${until} ${user}`
}

function overrideOf(line: string): Rotation['overrides'][number] | undefined {
  const [from, until, user, ...rest] = line.split(/[\s,]+/)
  if (from === undefined || until === undefined || user === undefined || rest.length > 0) return undefined
  return { from, until, user }
}

/** The shift of a group at a moment, and those after; nobody has the shifts of a group that is disabled. */
export function shiftsOf({ users }: Config, { rotation, enabled }: UserGroup, at: Millis, count: number): Shift[] {
  if (rotation === undefined) return []
  const known = new Set(users.flatMap((user) => (user.enabled && enabled ? user.id : [])))
  return shiftsFrom(rotation, at, count, (id) => known.has(id))
}

/** The name of a user beside the id, for people. */
export function userText({ users }: Config, id: string): string {
  const name = users.find((one) => one.id === id)?.name
  return name === undefined ? id : `${name} (${id})`
}

function upcoming(ask: PageAsk, shifts: readonly Shift[], config: Config): Html {
  const words = ask.text.duty
  return html`<section class="panel"><h2>${words.upcoming}</h2>${listTable<Shift>(
    [
      { head: words.columns.from, cell: ({ from }) => clock(ask, from) },
      { head: words.columns.until, cell: ({ until }) => clock(ask, until) },
      {
        ...{ head: words.who, kind: 'wide' },
        cell: ({ user }) =>
          user === undefined ? html`<span class="chip bad">${words.nobody}</span>` : said(userText(config, user), 120),
      },
    ],
    shifts,
  )}</section>`
}

interface Duty {
  config: Config
  group: UserGroup & { rotation: Rotation }
}

async function readDuty(deps: ConsoleDeps, { account, param }: PageAsk): Promise<Duty | undefined> {
  const { config } = await readConfig(deps, account, ['users', 'userGroups'])
  const group = config.userGroups.find((one) => one.id === param('id'))
  return group?.rotation === undefined ? undefined : { config, group: { ...group, rotation: group.rotation } }
}

async function takeOverPage(
  deps: ConsoleDeps,
  ask: PageAsk,
  wrong: { who?: string; for?: string; status?: number } = {},
): Promise<Shown | Refusal> {
  const read = await readDuty(deps, ask)
  if (read === undefined) return notFound('rotation of the user group')
  const { config, group } = read
  const { text, base } = ask
  const words = text.duty
  const [shift] = shiftsOf(config, group, ask.now, 1)
  const title = words.takeOverTitle(group.name ?? group.id)
  const users = config.users.filter(({ id, enabled }) => enabled && group.members.includes(id))
  const error = (message: string | undefined): Html =>
    message === undefined ? nothing : html`<p class="error">${text.problem(message)}</p>`
  return {
    title,
    ...(wrong.status !== undefined && { status: wrong.status }),
    body: html`<section class="ask panel"><h1>${said(title, 120)}</h1><p>${shift?.user === undefined ? words.takeOverNobody : sentence(words.takeOverSays, userText(config, shift.user))}</p>
<form method="post" action="${base}${entryPath('/shifts', group.id, 'take-over')}"><label>${words.who}<select name="user">${users.map(
      ({ id }) =>
        html`<option value="${id}"${id === ask.user ? html` selected` : nothing}>${userText(config, id)}</option>`,
    )}</select></label>${error(wrong.who)}
<fieldset><legend>${words.for}</legend><div class="choices">${SPANS.map(
      (span, place) =>
        html`<label><input type="radio" name="for" value="${span}"${place === 1 ? html` checked` : nothing}><span>${words.spans[span]}</span></label>`,
    )}</div>${error(wrong.for)}</fieldset><button class="main">${words.takeOver}</button></form><p><a href="${base}/calendars" data-key="Escape">${text.cancel}</a></p></section>`,
  }
}

/** A form sent twice makes the same override twice, with the same user on duty. */
async function takeOver(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Shown | Response | Refusal> {
  const read = await readDuty(deps, ask)
  if (read === undefined) return notFound('rotation of the user group')
  const { config, group } = read
  const words = ask.text.duty
  const user = config.users.find(({ id, enabled }) => enabled && id === field(form, 'user'))
  const span = SPANS.find((one) => one === field(form, 'for'))
  if (user === undefined || span === undefined) {
    const who = user === undefined ? words.whoWrong : undefined
    const length = span === undefined ? words.forWrong : undefined
    return await takeOverPage(deps, ask, { ...(who && { who }), ...(length && { for: length }), status: 422 })
  }
  const { rotation } = group
  const at = (moment: Millis): string => localText(moment, rotation.timeZone)
  // The present minute: the user is on duty at once.
  const override = { from: at(ask.now), until: at(ask.now + (parseDuration(span) ?? MINUTE)), user: user.id }
  const entry = showEntriesTo(deps, ask, userGroupsSection, config).find(({ id }) => id === group.id)
  const others = rotation.overrides.filter(({ until }) => until > at(ask.now))
  const value = { ...entry, rotation: { ...rotation, overrides: [...others, override] } }
  const made = await saveEntry(deps, userGroupsSection, ask, { id: group.id, value, match: null })
  return 'refused' in made ? made : redirect(`${ask.base}/calendars?done=taken&id=${encodeURIComponent(group.id)}`)
}

/** A moment as the local time of a rotation. */
function localText(at: Millis, zone: string): string {
  return new Date(localOf(at, zone)).toISOString().slice(0, 16)
}
