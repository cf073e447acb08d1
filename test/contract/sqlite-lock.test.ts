import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockDirectory } from '../../infra/machine/lock.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-lock-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

test('a directory has one holder at a time', () => {
  const first = lockDirectory(directory)
  expect(first.ok).toBe(true)
  expect(lockDirectory(directory)).toEqual({ ok: false })
  if (first.ok) first.release()
  const second = lockDirectory(directory)
  expect(second.ok).toBe(true)
  if (second.ok) second.release()
})

test('a damaged lock is named, with the way out', () => {
  const path = join(directory, 'lock')
  writeFileSync(path, 'noise'.repeat(1000))
  expect(() => lockDirectory(directory)).toThrow(`${path} is damaged: remove it while no process works on`)
})

test('another process holds it until it ends, also when it is killed', async () => {
  const script = `
    import { lockDirectory } from ${JSON.stringify(new URL('../../infra/machine/lock.ts', import.meta.url).href)}
    console.log(lockDirectory(${JSON.stringify(directory)}).ok)
    process.stdin.resume()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [answer] = (await once(child.stdout, 'data')) as [Buffer]
  expect(answer.toString()).toBe('true\n')
  expect(lockDirectory(directory)).toEqual({ ok: false })
  child.kill('SIGKILL')
  await once(child, 'close')
  const again = lockDirectory(directory)
  expect(again.ok).toBe(true)
  if (again.ok) again.release()
})
