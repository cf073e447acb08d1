import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { freePort } from './free-port.ts'
import { until } from './wait.ts'

const ROOT = resolve(import.meta.dirname, '../..')

/** The blocks of a walk as a reader of the page pastes the blocks, in order. */
export function blocksOf(page: string, walk: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  const fenced = new RegExp(`^\`\`\`sh ${walk}\\n([\\s\\S]*?)^\`\`\`$`, 'gm')
  return [...text.matchAll(fenced)].map(([, block]) => block as string)
}

interface Shell {
  /** Runs a block to its end; background processes of the block go on. */
  paste(block: string): Promise<void>
  output(): string
}

/** One bash that receives pasted text, as a terminal would. */
export async function openShell(...ports: string[]): Promise<Shell> {
  const data = mkdtempSync(join(tmpdir(), 'tocsin-walk-'))
  const env = {
    PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`,
    HOME: data,
    TOCSIN_DATA: data,
    ...Object.fromEntries(await Promise.all(ports.map(async (name) => [name, String(await freePort())]))),
  }
  // A process group of its own, so that leftovers of the blocks can be ended together.
  const bash = spawn('bash', { cwd: ROOT, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
  let text = ''
  bash.stdout.on('data', (chunk) => (text += chunk))
  bash.stderr.on('data', (chunk) => (text += chunk))
  onTestFinished(() => {
    try {
      process.kill(-(bash.pid as number), 'SIGKILL')
    } catch {
      // No process was left behind.
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
