import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { blocksOf, openShell } from './shell.ts'
import { until } from './wait.ts'

const blocks = (walk: 'walk' | 'silence'): string[] => blocksOf('README.md', walk)
const amtool = spawnSync('amtool', ['--version']).error === undefined

test(`the walk of README.md leads from a first start to a firing and a resolved notification, twice${amtool ? '' : ' (WITHOUT its silence: amtool is not installed)'}`, async () => {
  const [silence, ...others] = blocks('silence')
  expect(others).toEqual([])
  const [start, receiver, config, url, alert, incident, resolveIt, stop, ...more] = blocks('walk') as [
    ...(readonly [string, string, string, string, string, string, string, string]),
    ...string[],
  ]
  expect(stop).toContain('kill')
  expect(more).toEqual([])
  const shell = await openShell('PORT', 'HOOK_PORT')
  const count = (line: string): number => shell.output().split(line).length - 1
  for (const run of [1, 2]) {
    const shows = (line: string): Promise<true> => until(line, () => count(line) >= run)
    await shell.paste(start)
    await shell.paste(receiver)
    await shell.paste(config)
    await shell.paste(url)
    expect(shell.output()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/i\/tsn_[\w-]+$/m)
    await shell.paste(alert)
    // At once, as by a reader who pastes faster than groupWait.
    await shell.paste(incident)
    await shows('webhook v4: firing HighLatency, 1 alert(s)')
    if (amtool) await shell.paste(silence as string)
    await shell.paste(resolveIt)
    await shows('webhook v4: resolved HighLatency, 1 alert(s)')
    await shell.paste(stop)
    expect([count('webhook v4'), count('no incident after')]).toEqual([2 * run, 0])
  }
  expect(shell.output()).toContain("kind: '")
  // Every answer ends its line.
  expect(shell.output()).not.toMatch(/^OK\S|\}\S*(?:OK|http|---)/m)
}, 120_000)

test('the walk of two accounts leads from an integration to events at the bus, and to forwarding stopped', async () => {
  const shell = await openShell('CENTRAL_PORT', 'MEMBER_PORT', 'BUS_PORT')
  const all = blocksOf('docs/walks.md', 'accounts')
  const last = all.pop() ?? ''
  expect([all.length, last.startsWith('kill ')]).toEqual([8, true])
  for (const block of all) await shell.paste(block)
  const bus = (): string[] => shell.output().match(/bus: .*$/gm) ?? []
  const told = [
    'bus: aliyun:arms:alarm:create, firing, by nobody: ',
    'bus: aliyun:arms:alarm:claim, firing, by mei: ',
    'bus: aliyun:arms:alarm:comment, firing, by jo: a new peering, on purpose',
    'bus: aliyun:arms:alarm:close, resolved, by mei: nothing to do',
  ]
  await until('all events', () => bus().length >= told.length)
  expect(bus()).toEqual(told)
  for (const type of ['create', 'claim', 'comment', 'close']) {
    expect(shell.output()).toMatch(new RegExp(`^\\S+Z ${type} arrived$`, 'm'))
  }
  expect(shell.output()).toContain('alerts: 2 in member, 1 in central')
  await shell.paste(last)
}, 90_000)

test('the walk of people leads from a table of two users to a call that nobody claims, and to the ends', async () => {
  const shell = await openShell('PORT', 'HOOK_PORT')
  const all = blocksOf('docs/walks.md', 'flow')
  const last = all.pop() ?? ''
  expect([all.length, last.startsWith('kill ')]).toEqual([6, true])
  for (const block of all) await shell.paste(block)
  // The receiver may print behind a line that the shell has not ended yet.
  const calls = (): string[] => shell.output().match(/ring: .*$/gm) ?? []
  await until('both calls', () => calls().length >= 2)
  expect(calls()).toEqual(['ring: firing, escalated', 'ring: resolved, closed by a person'])
  for (const line of ['inbox@test01: told, flow[0]', 'call: told, escalation[0].flow[0]']) {
    expect(shell.output()).toContain(`\n${line}\n`)
  }
  expect(shell.output().match(/^\[(?:RESOLVED|FIRING):1\]/gm)).toEqual(['[RESOLVED:1]', '[FIRING:1]'])
  await shell.paste(last)
}, 90_000)
