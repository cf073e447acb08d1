import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from './free-port.ts'
import { until } from './wait.ts'

const ROOT = resolve(import.meta.dirname, '../..')

/** What a reader pastes, in order. */
function blocks(): string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  return [...readme.matchAll(/^```sh walk\n([\s\S]*?)^```$/gm)].map(([, block]) => block as string)
}

interface Shell {
  /** Runs a block to its end; what it started in the background goes on. */
  paste(block: string): Promise<void>
  output(): string
}

/** One bash that is pasted into, as a terminal would be. */
async function openShell(): Promise<Shell> {
  const data = mkdtempSync(join(tmpdir(), 'tocsin-walk-'))
  const env = {
    PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`,
    HOME: data,
    TOCSIN_DATA: data,
    PORT: String(await freePort()),
    HOOK_PORT: String(await freePort()),
  }
  // A group of its own, so that whatever the blocks leave behind can be ended together.
  const bash = spawn('bash', { cwd: ROOT, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
  let text = ''
  bash.stdout.on('data', (chunk) => (text += chunk))
  bash.stderr.on('data', (chunk) => (text += chunk))
  onTestFinished(() => {
    try {
      process.kill(-(bash.pid as number), 'SIGKILL')
    } catch {
      // Nothing was left behind.
    }
    rmSync(data, { recursive: true, force: true })
  })
  let pasted = 0
  return {
    async paste(block) {
      const mark = `--- block ${++pasted} ended`
      bash.stdin.write(`${block}echo "${mark} with $?"\n`)
      await until(`${block}\n${text}`, () => text.includes(`${mark} with `), 30_000)
      expect(text).toContain(`${mark} with 0`)
    },
    output: () => text,
  }
}

test('the walk of README.md leads from a first start to a firing and a resolved notification', async () => {
  const [start, receiver, config, url, alert, incident, resolveIt, stop, ...more] = blocks() as [
    ...(readonly [string, string, string, string, string, string, string, string]),
    ...string[],
  ]
  expect(stop).toContain('kill')
  expect(more).toEqual([])
  const shell = await openShell()
  const shows = (line: string): Promise<true> => until(line, () => shell.output().includes(line))

  await shell.paste(start)
  await shell.paste(receiver)
  await shell.paste(config)
  await shell.paste(url)
  expect(shell.output()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/i\/tsn_[\w-]+$/m)
  await shell.paste(alert)
  await shows('webhook v4: firing HighLatency, 1 alert(s)')
  await shell.paste(incident)
  await shows("kind: '")
  await shell.paste(resolveIt)
  await shows('webhook v4: resolved HighLatency, 1 alert(s)')
  await shell.paste(stop)
  expect(shell.output().match(/webhook v4/g)).toHaveLength(2)
}, 60_000)
