import { beforeEach, describe, expect, test } from 'vitest'
import { daysFrom, rangesOf } from '../../../../functions/api/console/pages/duty/calendars.ts'
import { calendarSchema } from '../../../../shared/people/calendar.ts'
import { type Api, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

let api: Api
let browser: Browser

beforeEach(async () => {
  api = await startApi()
  const users = [
    { id: 'test01', name: 'Kumer' },
    { id: 'test02', name: 'Alice' },
  ]
  const rotation = { start: '2026-11-16T09:00', every: '1w', timeZone: 'Asia/Shanghai', order: ['test01', 'test02'] }
  const userGroups = [
    { id: 'oncall', name: 'On call', members: ['test01', 'test02'], rotation },
    { id: 'everybody', members: ['test01', 'test02'] },
  ]
  const calendars = [{ id: 'office', timeZone: 'Asia/Shanghai', daysOff: ['2026-11-23:2026-11-25'] }]
  const { status } = await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { users, userGroups, calendars } })
  expect(status).toBe(200)
  browser = openBrowser(api)
  await browser.signIn('a-editor')
})

/** The words of a page, without its elements. */
const wordsOf = (page: string) => page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
const entry = async (path: string) => (await api.ask('GET', `/api/v1/${path}`, { key: 'a-owner' })).json
const tagOf = (page: string) => /name="tag" value="([^"]+)"/.exec(page)?.[1] ?? ''
const CALENDAR = { timeZone: 'Asia/Shanghai', workdays: ['1', '2', '3', '5'], worktime: '09:00-12:00\n13:00 - 18:00' }

test('shows who is on duty now and next, and how calendars stand', async () => {
  const words = wordsOf((await browser.visit('/calendars')).text)
  expect(words).toMatch(/On call Kumer \(test01\) 23 Nov, 01:00 Alice \(test02\) Take over/)
  expect(words).toMatch(/office .* Monday–Friday 09:00-18:00 Asia\/Shanghai no policy/)
})

describe('a calendar', () => {
  test('is made by the form, and changed', async () => {
    const made = await browser.visit('/calendars/new', { form: { id: 'lab', ...CALENDAR, daysOff: '2026-12-25' } })
    expect(made.headers.get('location')).toBe('/calendars?done=created&id=lab')
    expect(await entry('calendars/lab')).toEqual({
      ...{ id: 'lab', timeZone: 'Asia/Shanghai', workdays: ['monday:wednesday', 'friday'] },
      worktime: [
        { start_time: '09:00', end_time: '12:00' },
        { start_time: '13:00', end_time: '18:00' },
      ],
      ...{ daysOff: ['2026-12-25'], extraWorkdays: [] },
    })
    const { text } = await browser.visit('/calendars/lab/edit')
    expect(text.match(/name="workdays" value="\d" checked/g)).toHaveLength(4)
    expect(text).toContain('09:00-12:00\n13:00-18:00')
  })

  test('with several mistakes names each at its input, and keeps what was typed', async () => {
    const form = { id: 'lab', ...CALENDAR, timeZone: 'Mars', worktime: '18:00-09:00', daysOff: 'christmas' }
    const { status, text } = await browser.visit('/calendars/new', { form })
    expect([status, text.match(/class="error" id="i-(\w+)-error"/g)?.length]).toEqual([422, 3])
    expect(text).toContain('christmas')
    const typed = await browser.visit('/calendars/new', { form: { id: 'lab', worktime: 'nine to five' } })
    expect([typed.status, wordsOf(typed.text).includes('nine to five: expected hours')]).toEqual([422, true])
  })

  test('that somebody else has changed meanwhile is shown in both versions, and not overwritten', async () => {
    const { text } = await browser.visit('/calendars/office/edit')
    await api.ask('PUT', '/api/v1/calendars/office', {
      key: 'a-owner',
      body: { id: 'office', daysOff: ['2026-12-31'] },
    })
    const form = { tag: tagOf(text), ...CALENDAR, daysOff: '2026-12-25' }
    const refused = await browser.visit('/calendars/office/edit', { form })
    expect(refused.status).toBe(412)
    expect(wordsOf(refused.text)).toContain('Holidays 2026-12-25 2026-12-31')
    expect((await entry('calendars/office')).daysOff).toEqual(['2026-12-31'])
  })
})

describe('shifts', () => {
  const SHIFTS = {
    ...{ 'rotation.start': '2026-11-16T09:00', 'rotation.every': '1d', 'rotation.timeZone': 'UTC' },
    'rotation.order': 'test02\ntest01',
  }

  test('are given to a group, changed, and taken away, and nothing else of the group changes', async () => {
    const before = await entry('user-groups/everybody')
    const overrides = '2026-11-20T09:00 2026-11-21T09:00 test01'
    await browser.visit('/shifts/everybody/edit', { form: { ...SHIFTS, 'rotation.overrides': overrides } })
    expect(await entry('user-groups/everybody')).toEqual({
      ...before,
      rotation: {
        ...{ start: '2026-11-16T09:00', every: '1d', timeZone: 'UTC', order: ['test02', 'test01'] },
        overrides: [{ from: '2026-11-20T09:00', until: '2026-11-21T09:00', user: 'test01' }],
      },
    })
    const none = Object.fromEntries([...Object.keys(SHIFTS), 'rotation.overrides'].map((name) => [name, '']))
    await browser.visit('/shifts/everybody/edit', { form: none })
    expect(await entry('user-groups/everybody')).toEqual(before)
  })

  test('name a user who is no member, and a line that is no override, at their inputs', async () => {
    const form = { ...SHIFTS, 'rotation.order': 'test02\nstranger' }
    const { status, text } = await browser.visit('/shifts/oncall/edit', { form })
    expect([status, text.includes('id="i-rotation.order-error"')]).toEqual([422, true])
    const line = { ...SHIFTS, 'rotation.overrides': 'test01 tonight' }
    const refused = await browser.visit('/shifts/oncall/edit', { form: line })
    expect([refused.status, refused.text.includes('id="i-rotation.overrides-error"')]).toEqual([422, true])
  })

  test('are taken over for a time, and then go on', async () => {
    const form = { user: 'test02', for: '4h' }
    const taken = await browser.visit('/shifts/oncall/take-over', { form })
    expect(taken.headers.get('location')).toBe('/calendars?done=taken&id=oncall')
    const duty = async (ms: number) => {
      const at = new Date(api.time.now + ms).toISOString()
      return (await entry(`user-groups/oncall/on-duty?at=${encodeURIComponent(at)}`)).user
    }
    expect([await duty(0), await duty(3 * 3_600_000), await duty(4 * 3_600_000 + 60_000)]).toEqual([
      ...['test02', 'test02', 'test01'],
    ])
  })

  test('are taken over by nobody who is unknown, and for no other time', async () => {
    const { status, text } = await browser.visit('/shifts/oncall/take-over', { form: { user: 'x', for: '100y' } })
    expect([status, text.match(/class="error"/g)?.length]).toEqual([422, 2])
    expect((await browser.visit('/shifts/everybody/take-over')).status).toBe(404)
  })
})

test.each<[number[], string[]]>([
  [[], []],
  [[1, 2, 3, 4, 5], ['monday:friday']],
  [
    [0, 6],
    ['sunday', 'saturday'],
  ],
  [[0, 1, 2, 3, 4, 5, 6], ['sunday:saturday']],
  [
    [1, 3, 4],
    ['monday', 'wednesday:thursday'],
  ],
])('the days %j are %j', (days, ranges) => {
  expect(rangesOf(new Set(days))).toEqual(ranges)
})

test('days are those of the zone of the calendar, with holidays and extra days of work', () => {
  const calendar = calendarSchema.parse({
    ...{ id: 'office', timeZone: 'Asia/Shanghai' },
    ...{ daysOff: ['2026-02-14:2026-02-22'], extraWorkdays: ['2026-02-14'] },
  })
  // In UTC it is still the 12th.
  const days = daysFrom(calendar, Date.parse('2026-02-12T20:00Z'), 5)
  expect(days.map(({ works, because }) => [works, because])).toEqual([
    [true, 'week'],
    [true, 'extra'],
    [false, 'holiday'],
    [false, 'holiday'],
    [false, 'holiday'],
  ])
})
