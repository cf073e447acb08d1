import { describe, expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import { userGroupSchema } from '../../../shared/people/group.ts'
import { importGroups } from '../../../shared/people/import-groups.ts'
import { importUsers } from '../../../shared/people/import-users.ts'
import { userSchema } from '../../../shared/people/user.ts'

// The header and the order of the rows: Alibaba Cloud ActionTrail, "Configure event alerts", step 3. The documentation
// masks its numbers; these are made up.
const HEADER = '# ID, Name, Mobile phone number, Receive text messages, Receive voice calls, Mailbox, Enable'
const PRINTED = `${HEADER}
test01,Kumer,true,86-13811110001,true,true,kumer@example.net
test02,Alice,true,86-13811110002,true,true,alice@example.net
`
const KUMER = userSchema.parse({
  id: 'test01',
  name: 'Kumer',
  phone: '86-13811110001',
  sms: true,
  voice: true,
  emails: ['kumer@example.net'],
})
const ALICE = { ...KUMER, id: 'test02', name: 'Alice', phone: '86-13811110002', emails: ['alice@example.net'] }

const users = (text: string, current = [] as (typeof KUMER)[]) => finish(importUsers(Buffer.from(text), current))
const remarks = (list: { line: number; field: string; message: string }[]) =>
  list.map(({ line, field, message }) => `${line} ${field}: ${message}`)

describe('users', () => {
  test('ActionTrail’s example is read as its rows are meant', () => {
    const read = users(PRINTED)
    expect(read.next).toEqual([KUMER, ALICE])
    expect(read).toMatchObject({ refused: [], warnings: [] })
    expect(read.accepted).toEqual([
      { line: 2, id: 'test01', change: 'added' },
      { line: 3, id: 'test02', change: 'added' },
    ])
  })

  test('below the same header each row decides for itself', () => {
    const mixed = `${HEADER}
test01,Kumer,true,86-13811110001,true,true,kumer@example.net
test02,Alice,86-13811110002,TRUE,true,alice@example.net,TRUE
test03,Nobody,,false,false,,false
`
    const read = users(mixed)
    expect(remarks(read.refused)).toEqual([])
    expect(read.next.slice(0, 2)).toEqual([KUMER, ALICE])
    expect(read.next[2]).toMatchObject({ id: 'test03', enabled: false, emails: [] })
    expect(read.next[2]).not.toHaveProperty('phone')
  })

  test.each<[what: string, text: string]>([
    ['no header', PRINTED.slice(HEADER.length + 1)],
    [
      'a header in another order',
      'Enable,ID,name,Mailbox,phone,sms,voice\n'.replace('Enable,ID', 'id,Enable') +
        'test01,true,Kumer,kumer@example.net,86-13811110001,true,true\n' +
        'test02,true,Alice,alice@example.net,86-13811110002,true,true\n',
    ],
    ['a spreadsheet’s file', `\ufeff${PRINTED.replaceAll('\n', '\r\n').replaceAll('true', 'TRUE')}`],
    ['quotes', PRINTED.replaceAll(/^test.*$/gm, (line) => `"${line.replaceAll(',', '","')}"`)],
  ])('%s', (_what, text) => {
    const read = users(text)
    expect(remarks(read.refused)).toEqual([])
    expect(read.next).toEqual([KUMER, ALICE])
  })

  test('several addresses stand in one cell', () => {
    const read = users(
      'id,name,emails\ntest01,Kumer,"a@example.net, b@example.net"\ntest02,Alice,c@example.net;d@example.net',
    )
    expect(read.next.map(({ emails }) => emails)).toEqual([
      ['a@example.net', 'b@example.net'],
      ['c@example.net', 'd@example.net'],
    ])
  })

  test('a cell with a million addresses is refused for the first one too many', () => {
    const read = users(`id,name,emails\ntest01,Kumer,"${'a@example.net '.repeat(300_000)}"\n`)
    expect(remarks(read.refused)[0]).toBe('2 emails: at most 3 addresses are allowed')
    expect(read.refused.length).toBeLessThan(5)
  })

  test('every problem of every line is told, and the good lines are told too', () => {
    const read = users(`id,name,phone,sms,emails
t1,Kumer?,+86-138,perhaps,nobody
test02,Alice,86-13811110002,true,alice@example.net
test02,Alice,86-13811110002,true,alice@example.net
test03,=1+1,1.38E+10,true,-a@example.net
test04,Bob,86-138****0002,false,
test05,Bob
test06,Bob,,true,
`)
    expect(remarks(read.refused).map((text) => text.split(':')[0])).toEqual([
      '2 id',
      '2 name',
      '2 phone',
      '2 sms',
      '2 emails[0]',
      '4 id',
      '5 name',
      '5 emails',
      '5 phone',
      '6 phone',
      '7 ',
    ])
    expect(read.accepted.map(({ line }) => line)).toEqual([3, 8])
    expect(remarks(read.warnings)).toEqual(['8 sms: has no effect: the user has no phone'])
    expect(JSON.stringify([read.refused, read.warnings])).not.toMatch(/1\.38E|13811110002|138\*|a@example/)
  })

  test('the same file again changes nothing, and fields without a column stay', () => {
    const stored = [{ ...KUMER, language: 'zh' as const, timeZone: 'Asia/Shanghai' }, ALICE]
    const read = users(PRINTED, stored)
    expect(read.accepted.map(({ change }) => change)).toEqual(['unchanged', 'unchanged'])
    expect(read.next).toEqual(stored)
    const less = users('id,name\ntest01,Kumer2', stored)
    expect(less.next).toEqual([{ ...stored[0], name: 'Kumer2' }, ALICE])
  })

  test('an empty cell takes a number away; a mask keeps the number', () => {
    const read = users('id,name,phone,emails\ntest01,Kumer,,k***@example.net\ntest02,Alice,86-138****0002,', [
      KUMER,
      ALICE,
    ])
    expect(remarks(read.refused)).toEqual([])
    expect(read.next[0]).toEqual({ ...KUMER, phone: undefined })
    expect(read.next[1]).toEqual({ ...ALICE, emails: [] })
  })

  test.each<[what: string, text: string | Buffer, problem: RegExp]>([
    ['an unknown column', 'id,name,pager\ntest01,Kumer,1', /^1 : .*"pager"/],
    ['a column twice', 'id,name,mobile,phone\ntest01,Kumer,1,1', /^1 : has two columns for phone/],
    ['semicolons', 'id;name\ntest01;Kumer', /^1 : has no comma/],
    ['no row', `${HEADER}\n`, /no row/],
    ['another encoding', Buffer.from([0x69, 0x64, 0x0a, 0xd6, 0xd0]), /^2 : is not UTF-8/],
    ['an open quotation mark', 'id,name\ntest01,Kumer\ntest02,"Alice', /^3 : a quotation mark/],
  ])('a file is refused as a whole: %s', (_what, text, problem) => {
    const read = finish(importUsers(Buffer.from(text), [KUMER]))
    expect(read).toMatchObject({ accepted: [], next: [KUMER] })
    expect(remarks(read.refused).join('\n')).toMatch(problem)
    expect(read.refused).toHaveLength(1)
  })
})

describe('groups', () => {
  const groups = (text: string, current: ReturnType<typeof userGroupSchema.parse>[] = []) =>
    finish(
      importGroups(Buffer.from(text), current, [
        userSchema.parse({ id: 'test01', name: 'Kumer' }),
        userSchema.parse({ id: 'test02', name: 'Alice' }),
      ]),
    )

  test('ActionTrail’s example is taken with a warning', () => {
    const read = groups('ID,Group name,Added members,Enable\ngroup-01,ActionTrail O&M Group,test01;test02,true')
    expect(read.next).toEqual([
      { id: 'group-01', name: 'ActionTrail O&M Group', members: ['test01', 'test02'], enabled: true },
    ])
    expect(remarks(read.warnings).join()).toMatch(/^2 name: has 21 characters/)
  })

  test('an unknown member is refused, and a rotation stays', () => {
    const rotation = { start: '2026-01-05T09:00', every: '1w', order: ['test01'] }
    const stored = userGroupSchema.parse({ id: 'group-02', members: ['test01'], rotation })
    const read = groups('id,members\ngroup-01,test01 test09\ngroup-02,test01 test02', [stored])
    expect(remarks(read.refused)).toEqual(['2 members[1]: names a user "test09" that does not exist'])
    expect(read.next).toEqual([{ ...stored, members: ['test01', 'test02'] }])
    // Who is in the order of the rotation cannot leave by a table.
    expect(groups('id,members\ngroup-02,test02', [stored]).refused).toMatchObject([{ field: 'rotation.order[0]' }])
  })
})
