import type { Config } from '../../../../../shared/config/config.ts'
import { nextChange } from '../../../../../shared/interval/next.ts'
import type { Calendar } from '../../../../../shared/people/calendar.ts'
import type { UserGroup } from '../../../../../shared/people/group.ts'
import type { Shift } from '../../../../../shared/people/on-duty.ts'
import { workAt, workMinutes } from '../../../../../shared/people/work-hours.ts'
import { readConfig } from '../../../../../shared/store/whole-config.ts'
import { atLeast } from '../../../http/role.ts'
import type { Route } from '../../../http/route.ts'
import { entryPages } from '../../manage/entry-pages.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../../page/ask.ts'
import { type Html, html, nothing } from '../../page/html.ts'
import { page } from '../../page/page.ts'
import { empty, linkButton, notice, tiles } from '../../parts/controls.ts'
import { entryPath } from '../../parts/entry-path.ts'
import { said } from '../../parts/said.ts'
import { listTable } from '../../parts/table.ts'
import { clock } from '../../parts/time.ts'
import { recipientTabs } from '../recipient-tabs.ts'
import { calendars, daysText, hoursOf } from './calendars.ts'
import { shiftPages, shiftsOf, userText } from './shifts.ts'

const SHOWN_GROUPS = 200
/** The number of groups without shifts behind the list. */
const OFFERED_GROUPS = 12

/** Who is on duty by the shifts of user groups, and the calendars of policies. */
export function dutyPages(deps: ConsoleDeps): Route[] {
  return [
    page(deps, { path: '/calendars', access: 'viewer', nav: 'recipients', load: (ask) => loadDuty(deps, ask) }),
    ...entryPages(deps, calendars),
    ...shiftPages(deps),
  ]
}

async function loadDuty(deps: ConsoleDeps, ask: PageAsk): Promise<Shown> {
  const { text, role, query } = ask
  const { config } = await readConfig(deps, ask.account, ['users', 'userGroups', 'calendars', 'policies'])
  const words = text.calendars
  const done = query.get('done')
  const edits = atLeast(role, 'editor')
  return {
    title: text.duty.tab,
    body: html`<div class="title"><h1>${text.places.recipients}</h1></div>
${notice(done === null ? undefined : done === 'removed' ? text.duty.removed : done === 'taken' ? text.duty.taken : text.duty.saved)}
<div class="tools">${recipientTabs(ask, 'duty')}${edits ? linkButton(ask, '/calendars/new', words.add, { kind: 'main' }) : nothing}</div>
<section class="panel"><h2>${text.duty.now}</h2>${onDuty(ask, config)}</section>
<section class="panel"><h2>${words.title}</h2><p class="meta sub">${words.says}</p>${config.calendars.length === 0 ? empty(words.none) : calendarTable(ask, config)}</section>`,
  }
}

function onDuty(ask: PageAsk, config: Config): Html {
  const { text, role } = ask
  const words = text.duty
  const groups = config.userGroups.filter(({ rotation }) => rotation !== undefined)
  const others = config.userGroups.filter(({ rotation }) => rotation === undefined)
  const offered = others
    .slice(0, OFFERED_GROUPS)
    .map(({ id, name }) => ({ path: entryPath('/shifts', id, 'edit'), words: name ?? id }))
  const more = atLeast(role, 'editor') && offered.length > 0 ? tiles(ask, words.set, offered) : nothing
  if (groups.length === 0) return html`${empty(others.length === 0 ? words.noGroups : words.none)}${more}`
  return html`${dutyTable(ask, config, groups.slice(0, SHOWN_GROUPS))}${more}`
}

function dutyTable(ask: PageAsk, config: Config, groups: readonly UserGroup[]): Html {
  const { text, base, role, query } = ask
  const words = text.duty
  const shifts = new Map(groups.map((group) => [group.id, shiftsOf(config, group, ask.now, 2)]))
  const who = (shift: Shift | undefined): Html =>
    shift?.user === undefined
      ? html`<span class="chip bad">${words.nobody}</span>`
      : html`<b>${said(userText(config, shift.user), 120)}</b>`
  return listTable<UserGroup>(
    [
      {
        ...{ head: words.columns.group, kind: 'wide' },
        cell: ({ id, name }) =>
          html`<a href="${base}${entryPath('/shifts', id, 'edit')}" data-open><b>${said(name ?? id, 80)}</b></a>`,
      },
      { head: words.columns.now, cell: ({ id }) => who(shifts.get(id)?.[0]) },
      { head: words.columns.until, cell: ({ id }) => untilCell(ask, shifts.get(id)) },
      {
        head: words.columns.next,
        cell: ({ id }) => ((shifts.get(id)?.length ?? 0) < 2 ? nothing : who(shifts.get(id)?.[1])),
      },
      {
        ...{ head: '', kind: 'acts' },
        cell: ({ id, name }) =>
          atLeast(role, 'editor')
            ? linkButton(ask, entryPath('/shifts', id, 'take-over'), words.takeOver, {
                label: `${words.takeOver}: ${name ?? id}`,
              })
            : nothing,
      },
    ],
    groups,
    ({ id }) => (id === query.get('id') ? html` class="fresh"` : nothing),
  )
}

function untilCell(ask: PageAsk, shifts: readonly Shift[] = []): Html | string {
  const [first] = shifts
  return first === undefined || shifts.length < 2 ? ask.text.duty.always : clock(ask, first.until)
}

function calendarTable(ask: PageAsk, config: Config): Html {
  const { text, base, query } = ask
  const words = text.calendars
  return listTable<Calendar>(
    [
      {
        ...{ head: words.columns.name, kind: 'wide' },
        cell: ({ id }) =>
          html`<a href="${base}${entryPath('/calendars', id, 'edit')}" data-open><b>${said(id, 80)}</b></a>`,
      },
      { head: words.columns.now, cell: (calendar) => nowCell(ask, calendar) },
      { head: words.columns.days, cell: (calendar) => daysText(text, calendar) },
      {
        head: words.columns.hours,
        cell: ({ worktime, timeZone }) => html`${hoursOf(worktime).join(', ')} <span class="meta">${timeZone}</span>`,
      },
      {
        head: words.columns.used,
        cell: ({ id }) => usedBy(config, id) ?? html`<span class="meta">${words.unused}</span>`,
      },
    ],
    config.calendars,
    ({ id }) => (id === query.get('id') ? html` class="fresh"` : nothing),
  )
}

function usedBy({ policies, defaults }: Config, id: string): Html | undefined {
  const names = policies.flatMap(({ flow, name }) => (flow?.calendar === id ? name : []))
  const all = defaults?.calendar === id ? [...names, 'defaults'] : names
  return all.length === 0 ? undefined : said(all.join(', '), 200)
}

function nowCell(ask: PageAsk, calendar: Calendar): Html {
  const { working, workday, off } = ask.text.calendars
  const { worktime, workday: works } = workAt(calendar, ask.now)
  const holds = (at: number): boolean => workAt(calendar, at).worktime
  const until = nextChange({ zone: calendar.timeZone, minutes: workMinutes(calendar), holds }, ask.now)
  return html`<span class="chip ${worktime ? 'ok' : ''}">${worktime ? working : works ? workday : off}</span> <span class="meta">${ask.text.duty.columns.until} ${clock(ask, until)}</span>`
}
