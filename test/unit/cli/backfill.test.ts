import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { VERSION } from '../../../shared/base/version.ts'
import { ROOT } from '../../checks/tidy/sources.ts'
import { DELIVERIES, UNREADABLE, WITHOUT_RECORDS } from '../record/deliveries.ts'
import { tocsin } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'tocsin-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

const RULE = `title: Somebody stops a trail
id: 11111111-1111-4111-8111-111111111111
logsource: {product: aws, service: cloudtrail}
detection: {stop: {eventName: StopLogging}, condition: stop}
`
const BURST = `title: Three failures
id: 22222222-2222-4222-8222-222222222222
correlation: {type: event_count, rules: [failure], group-by: [user], timespan: 10m, condition: {gte: 3}}
---
title: A failure
name: failure
logsource: {product: aws}
detection: {failed: {errorCode: AccessDenied}, condition: failed}
`
const rules = file('rules/stop.yml', RULE)
const stop = (n: number) => ({ eventID: `e${n}`, eventTime: `2026-03-02T08:00:0${n}Z`, eventName: 'StopLogging' })
const other = { eventID: 'e9', eventName: 'StartLogging' }
const match = (n: number): string =>
  `{"rule":"11111111-1111-4111-8111-111111111111","eventId":"e${n}","time":"2026-03-02T08:00:0${n}Z"}\n`
const lines = (...records: unknown[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('')

describe('backfill reads', () => {
  const plain = lines(stop(1), other, stop(2))
  test.each<[what: string, name: string, content: string | Uint8Array]>([
    ['NDJSON', 'a.ndjson', plain],
    ['NDJSON with a byte order mark', 'a.txt', `\ufeff${plain}`],
    ['packed NDJSON', 'a.ndjson.gz', gzipSync(plain)],
    ['packed NDJSON whose name does not say so', 'a', gzipSync(plain)],
    ['gzip files one behind the other', 'b.gz', Buffer.concat([gzipSync(lines(stop(1))), gzipSync(lines(stop(2)))])],
    ['Records', 'b.json', JSON.stringify({ Records: [stop(1), other, stop(2)] })],
    ['packed Records', 'b.json.gz', gzipSync(JSON.stringify({ Records: [stop(1), other, stop(2)] }))],
    ['Records that are not in front', 'c.json', JSON.stringify({ x: 1, Records: [stop(1), stop(2)] })],
    ['a list', 'd.json', JSON.stringify([stop(1), other, stop(2)], null, 2)],
  ])('%s', async (_, name, content) => {
    const path = file(name, content)
    expect(await tocsin(['backfill', '--rules', rules, '--json', path])).toMatchObject({
      code: 0,
      out: match(1) + match(2),
    })
  })

  test('standard input, plain and packed', async () => {
    for (const input of [lines(stop(1)), gzipSync(lines(stop(1)))]) {
      const ran = await tocsin(['backfill', '--rules', rules, '--json', '-'], input)
      expect(ran).toEqual({ code: 0, out: match(1), err: '1 records, 1 matches\n' })
    }
  })

  test('several files, and folders with their subfolders, in the order of names', async () => {
    file('trail/2026/03/02.gz', gzipSync(JSON.stringify({ Records: [stop(2)] })))
    file('trail/2026/03/01.json', JSON.stringify({ Records: [stop(1)] }))
    file('trail/2026/readme.txt', 'no records')
    const last = file('last.ndjson', lines(stop(3)))
    const ran = await tocsin(['backfill', '--rules', join(folder, 'rules'), '--json', join(folder, 'trail'), last])
    expect(ran).toMatchObject({ code: 0, out: match(1) + match(2) + match(3) })
  })

  test('ActionTrail’s names of the same fields', async () => {
    const record = { eventId: 'x', eventTime: '2026-03-02T08:00:00Z', eventName: 'StopLogging' }
    const ran = await tocsin(['backfill', '--rules', rules, '--json', '-'], lines(record))
    expect(JSON.parse(ran.out)).toMatchObject({ eventId: 'x', time: '2026-03-02T08:00:00Z' })
  })

  test('aggregated events, whose time is a window', async () => {
    const record = {
      ...{ eventId: 'a1', eventCategory: 'Aggregated', eventName: 'StopLogging' },
      timeWindow: { windowStart: '2026-03-02T08:00:00Z', windowEnd: '2026-03-02T08:05:00Z' },
    }
    const ran = await tocsin(['backfill', '--rules', rules, '--json', '-'], lines(record))
    expect(JSON.parse(ran.out)).toMatchObject({ eventId: 'a1', time: '2026-03-02T08:00:00Z' })
  })

  test.each(DELIVERIES)('what the integrations read: $what', async ({ body }) => {
    const ran = await tocsin(['backfill', '--rules', rules, '--json', '-'], body)
    expect(ran).toEqual({ code: 0, out: match(1) + match(2), err: '2 records, 2 matches\n' })
  })

  // A rule made of negations matches everything that counts as a record.
  const not = file('not/not.yml', RULE.replace('condition: stop', 'condition: not stop'))

  test.each(WITHOUT_RECORDS)('no record in $what, and counts it', async ({ body, counted }) => {
    const ran = await tocsin(['backfill', '--rules', not, '--json', '-'], body)
    expect(ran).toEqual({ code: 0, out: '', err: `${counted}${counted && '\n'}0 records, 0 matches\n` })
  })

  test.each(UNREADABLE)('no record in $what, names the reason and exits with 1', async ({ body, reason }) => {
    const path = file('unreadable.json', body)
    const ran = await tocsin(['backfill', '--rules', not, '--json', path])
    expect(ran).toMatchObject({ code: 1, out: '' })
    expect(ran.err).toContain(`${path}:1: `)
    expect(ran.err).toContain(reason)
  })

  test('no record in an object with neither id nor time, and exits with 1', async () => {
    const ran = await tocsin(
      ['backfill', '--rules', not, '--json', '-'],
      lines({ EventID: 'x', EventName: 'x' }, stop(1)),
    )
    expect(ran).toMatchObject({ code: 1, out: '' })
    expect(ran.err).toContain(
      'standard input:1: no record of a trail: it has neither eventID (eventId) nor eventTime\n1 records, 0 matches',
    )
  })

  test.each([
    ['a list', JSON.stringify([null, 7, 'text', stop(1)]), 'the record is missing'],
    ['lines', `null\n7\n"text"\n${lines(stop(1))}`, 'standard input:2: "7" does not begin a record'],
  ])('no record in items of %s that are no objects, names them and goes on', async (_what, body, reason) => {
    const ran = await tocsin(['backfill', '--rules', rules, '--json', '-'], body)
    expect(ran).toMatchObject({ code: 1, out: match(1) })
    expect(ran.err).toContain(reason)
  })

  test('a record whose id and time were cut off, and exits with 1', async () => {
    const ran = await tocsin(['backfill', '--rules', rules, '--json', '-'], lines({ eventName: 'stoplogging' }))
    expect(JSON.parse(ran.out)).toMatchObject({ eventId: null, time: null })
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('standard input:1: a record with neither eventID (eventId) nor eventTime')
  })
})

describe('backfill goes on', () => {
  test('without refused rules, and says where and why', async () => {
    const bad = file(
      'some/bad.yml',
      'title: Bad\nid: 3333\nlogsource: {product: aws}\ndetection:\n  a:\n    x|sounds: y\n  condition: a\n',
    )
    file('some/good.yml', RULE)
    const ran = await tocsin(['backfill', '--rules', join(folder, 'some'), '--json', '-'], lines(stop(1)))
    expect(ran).toMatchObject({ code: 0, out: match(1) })
    expect(ran.err).toMatch(`refused: ${bad}:6:`)
    expect(ran.err).toContain('sounds')
  })

  test('without a second rule of the same id', async () => {
    file('twice/a.yml', RULE)
    file('twice/b.yml', RULE)
    const ran = await tocsin(['backfill', '--rules', join(folder, 'twice'), '--json', '-'], lines(stop(1)))
    expect(ran).toMatchObject({ code: 0, out: match(1), err: expect.stringContaining('b.yml:1:1: 1111') })
  })

  test('behind damaged lines, which it names, and exits with 1', async () => {
    const path = file('damaged.ndjson', `${lines(stop(1))}{"eventID":\n{nonsense}\n${lines(stop(2))}`)
    const ran = await tocsin(['backfill', '--rules', rules, '--json', path])
    expect(ran).toMatchObject({ code: 1, out: match(1) + match(2) })
    expect(ran.err).toContain(`${path}:2: `)
    expect(ran.err).toContain(`${path}:3: `)
  })

  test('behind a truncated file', async () => {
    const cut = file('cut.gz', gzipSync(lines(...Array(2000).fill(other))).subarray(0, -20))
    const whole = file('whole.ndjson', lines(stop(1)))
    const ran = await tocsin(['backfill', '--rules', rules, '--json', cut, whole])
    expect(ran).toMatchObject({
      code: 1,
      out: match(1),
      err: expect.stringContaining(`${cut}: unexpected end of file`),
    })
  })

  test('with a short report of many damaged lines', async () => {
    const ran = await tocsin(['backfill', '--rules', rules, '--json', '-'], 'x\n'.repeat(1000))
    expect(ran.err.split('\n')).toHaveLength(13)
    expect(ran.err).toContain('standard input: … and 990 more')
  })
})

describe('threads', () => {
  // More than one thread begins only behind a few pieces: five megabytes.
  const filler = 'x'.repeat(900)
  const many = (count: number, change: (n: number) => object = () => ({})) =>
    Array.from({ length: count }, (_, n) => ({
      ...{ eventID: `e${n}`, eventTime: new Date(Date.UTC(2026, 2, 2, 8, 0, n)).toISOString(), user: 'a', filler },
      ...(n % 100 === 0 ? { eventName: 'StopLogging', errorCode: 'AccessDenied' } : { eventName: 'Other' }),
      ...change(n),
    }))
  const all = file('threads/rules.yml', `${RULE}---\n${BURST}`)
  const run = (threads: number, ...paths: string[]) =>
    tocsin(['backfill', '--rules', all, '--threads', String(threads), '--json', ...paths])

  test.each([
    ['lines', 'lines.ndjson', lines(...many(6000))],
    [
      'lines with a damaged one and a list in the middle',
      'damaged.ndjson',
      [
        lines(...many(5000)),
        '{"eventID":\n',
        JSON.stringify({ Records: many(3, (n) => ({ eventID: `in the list ${n}`, eventName: 'StopLogging' })) }),
        '\n\n',
        lines(...many(1500, (n) => ({ eventID: `é${n}` }))),
      ].join(''),
    ],
    [
      'lines, some of them longer than a piece',
      'long.ndjson',
      lines(...many(3000), ...many(4, (n) => ({ filler: filler.repeat(500 + 400 * n) })), ...many(3000)),
    ],
    ['a list', 'list.json', JSON.stringify({ Records: many(6000) })],
    ['packed lines that break off', 'cut.gz', gzipSync(lines(...many(6000))).subarray(0, -100)],
  ])('find the same in the same order as one thread: %s', { timeout: 60_000 }, async (_, name, content) => {
    const path = file(`threads/${name}`, content)
    const small = file('threads/small.ndjson', lines(stop(1)))
    const [one, two] = [await run(1, small, path, small), await run(2, small, path, small)]
    expect(two).toEqual(one)
    expect(one.out.split('\n').length).toBeGreaterThan(60)
    expect(one.out).toContain('22222222-2222-4222-8222-222222222222')
  })

  test.each(['0', '1.5', 'all', '65'])('are not %s', async (threads) => {
    const ran = await tocsin(['backfill', '--rules', rules, '--json', '-', '--threads', threads])
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('--threads is a number from 1 to 64') })
  })
})

describe('correlations', () => {
  const burst = file('burst/burst.yml', BURST)
  const failure = (minute: number, user = 'a') => ({
    eventID: `${user}${minute}`,
    eventTime: new Date(Date.UTC(2026, 2, 2, 8, minute)).toISOString(),
    errorCode: 'AccessDenied',
    user,
  })
  const found = async (...records: unknown[]) => {
    const { out } = await tocsin(['backfill', '--rules', burst, '--json', '-'], lines(...records))
    return out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { rule: string; eventId: string })
  }

  test('match once a burst, with the event that reached the threshold', async () => {
    expect(await found(failure(0), failure(1), failure(2), failure(3))).toEqual([
      { rule: '22222222-2222-4222-8222-222222222222', eventId: 'a2', time: '2026-03-02T08:02:00.000Z' },
    ])
  })

  test('match again after a pause', async () => {
    const all = await found(...[0, 1, 2, 40, 41, 42].map((minute) => failure(minute)))
    expect(all.map(({ eventId }) => eventId)).toEqual(['a2', 'a42'])
  })

  test.each([
    ['too few', [failure(0), failure(1)]],
    ['too far apart', [failure(0), failure(8), failure(16)]],
    ['of different users', [failure(0), failure(1), failure(2, 'b')]],
    ['copies of one event', [failure(0), failure(1), failure(1)]],
  ])('do not match events that are %s', async (_, records) => {
    expect(await found(...records)).toEqual([])
  })

  test('do not count records without a time', async () => {
    const { out, err } = await tocsin(
      ['backfill', '--rules', burst, '--json', '-'],
      lines(...[1, 2, 3, 4, 5].map((n) => ({ eventID: `e${n}`, errorCode: 'AccessDenied', user: 'a' }))),
    )
    expect([out, err]).toEqual(['', '5 records without eventTime counted for no correlation\n5 records, 0 matches\n'])
  })

  test('count records whose time is a number, or has a blank for the T', async () => {
    const at = Date.UTC(2026, 2, 2, 8) / 1000
    const times = [at, String(at + 60), (at + 120) * 1000, '2026-03-02 08:03:00', '2026-03-02T08:04:00+0000']
    const records = times.map((eventTime, n) => ({ ...failure(n), eventTime }))
    const { out, err } = await tocsin(['backfill', '--rules', burst, '--json', '-'], lines(...records))
    expect(out).toBe(`{"rule":"22222222-2222-4222-8222-222222222222","eventId":"a2","time":"${(at + 120) * 1000}"}\n`)
    expect(err).toBe('5 records, 1 matches\n')
  })

  test('with unknown references are refused', async () => {
    const path = file('lost/lost.yml', BURST.replace('rules: [failure]', 'rules: [failures]'))
    const ran = await tocsin(['backfill', '--rules', path, '--json', '-'])
    expect(ran.err).toContain('no rule has the id or name "failures"')
  })
})

describe('backfill does not run', () => {
  test.each<[what: string, args: string[], message: string]>([
    ['without rules', ['--json', '-'], 'needs --rules'],
    ['without records', ['--rules', rules], 'needs --json'],
    ['when a file is not there', ['--rules', rules, '--json', join(folder, 'nowhere')], 'ENOENT'],
    ['when no rule is there', ['--rules', file('none.yml', ''), '--json', '-'], 'no rule in'],
    ['when no rule file is in a folder', ['--rules', join(folder, 'trail'), '--json', '-'], 'no *.yml or *.yaml below'],
    [
      'when no readable file is in a folder',
      ['--rules', rules, '--json', dirname(file('history/event_history.csv', 'Event ID\n'))],
      `no *.json, *.ndjson, *.jsonl or *.gz below ${join(folder, 'history')}`,
    ],
    ['with options that nobody knows', ['--rule', rules], 'did you mean --rules?'],
  ])('%s', async (_, args, message) => {
    const ran = await tocsin(['backfill', ...args])
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain(message)
  })
})

describe('tocsin', () => {
  test('checks rules', async () => {
    expect(await tocsin(['check', '--rules', rules])).toEqual({
      code: 0,
      out: '1 rules, 0 correlations, 0 problems\n',
      err: '',
    })
    const shipped = await tocsin(['check', '--rules', join(ROOT, 'shared/rule-templates')])
    expect(shipped).toMatchObject({ code: 0, err: '' })
    const bad = file('bad/bad.yml', 'title: No detection\n')
    expect(await tocsin(['check', '--rules', bad])).toMatchObject({ code: 1, err: expect.stringContaining(`${bad}:`) })
    expect(await tocsin(['check'])).toMatchObject({ code: 2 })
  })

  test('lists its commands', async () => {
    expect(await tocsin(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('tocsin backfill') })
    expect(await tocsin([])).toMatchObject({ code: 2, err: expect.stringContaining('tocsin backfill') })
    for (const args of [
      ['backfill', '--help'],
      ['help', 'backfill'],
    ]) {
      expect(await tocsin(args)).toMatchObject({ code: 0, out: expect.stringContaining('Exit codes') })
    }
    expect(await tocsin(['--version'])).toEqual({ code: 0, out: `${VERSION}\n`, err: '' })
  })

  test('suggests the command that was meant', async () => {
    expect(await tocsin(['backfil'])).toEqual({
      code: 2,
      out: '',
      err: 'tocsin: unknown command "backfil"; did you mean backfill?\n',
    })
  })

  test('draws its progress on a terminal only, and removes the bar at the end', async () => {
    const path = file('bar.ndjson', lines(stop(1)))
    const args = ['backfill', '--rules', rules, '--json', path]
    const clear = '\r\u001b[K'
    const shown = await tocsin(args, '', true)
    expect(shown).toMatchObject({ code: 0, out: match(1) })
    expect(shown.err).toContain(`${clear}${'█'.repeat(30)} 100 %  1 records, 1 matches`)
    expect(shown.err.endsWith(`${clear}1 records, 1 matches\n`)).toBe(true)
    expect((await tocsin(args)).err).toBe('1 records, 1 matches\n')
  })

  test('ends quietly when the reader of its output stops', async () => {
    const path = file('many.ndjson', lines(stop(1)).repeat(50_000))
    const args = [join(ROOT, 'infra/cli/start.mjs'), 'backfill', '--rules', rules, '--json', path]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const said: string[] = []
    child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text))
    await once(child.stdout, 'data')
    child.stdout.destroy()
    const [code] = await once(child, 'close')
    expect([code, said.join('')]).toEqual([0, ''])
  })

  const npx = spawnSync('npx', ['--version']).status === 0
  test.skipIf(!npx)(`starts with npx in a clone, without a network${npx ? '' : ': SKIPPED, there is no npx'}`, () => {
    const env = { ...process.env, npm_config_cache: join(folder, 'npm'), npm_config_update_notifier: 'false' }
    const ran = spawnSync('npx', ['--offline', 'tocsin', '--version'], { cwd: ROOT, env, encoding: 'utf8' })
    expect(ran.stdout).toBe(`${VERSION}\n`)
  })
})
