import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { freePort } from '../free-port.ts'
import { until } from '../wait.ts'

/** https://pypi.org/project/ministack/: AWS's services behind one port, MIT, no Docker, with IAM enforced. */
const PACKAGE = 'ministack==1.5.33'
export const REGION = 'eu-west-1'

export type Installed = { folder: string; program: string } | { missing: string }

/**
 * Installs the emulator into a virtual environment; returns why not, where Python or the package index is out of
 * reach.
 */
export function installMinistack(): Installed {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-aws-'))
  const steps = [
    ['python3', '-m', 'venv', join(folder, 'venv')],
    [join(folder, 'venv/bin/pip'), 'install', '--quiet', '--disable-pip-version-check', PACKAGE],
  ] as const
  for (const [program, ...words] of steps) {
    const { status, error, stderr } = spawnSync(program, words, { encoding: 'utf8', timeout: 120_000 })
    if (status === 0) continue
    rmSync(folder, { recursive: true, force: true })
    return { missing: `${[program, ...words].join(' ')}: ${error?.message ?? stderr.trim().split('\n').at(-1)}` }
  }
  return { folder, program: join(folder, 'venv/bin/ministack') }
}

export interface Ministack {
  url: string
  /** Ends the emulator and its functions, and removes their files. */
  stop(): Promise<void>
}

/**
 * Functions inherit the whole environment of the emulator, so the emulator gets only the variables named here; and
 * functions run on the first `node` in PATH, whatever runtime the stack names.
 */
export async function startMinistack({ folder, program }: { folder: string; program: string }): Promise<Ministack> {
  const port = await freePort()
  const home = join(folder, 'home')
  mkdirSync(home)
  const logFile = join(folder, 'log')
  const log = openSync(logFile, 'w')
  const env = {
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    HOME: home,
    TMPDIR: home,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONPATH: fileURLToPath(new URL('leading-keys', import.meta.url)),
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    MINISTACK_REGION: REGION,
    AUTH: 'true',
    LOG_LEVEL: 'WARNING',
    // A worker takes about 100 MB.
    LAMBDA_ACCOUNT_CONCURRENCY: '40',
  }
  const child = spawn(program, [], { env, stdio: ['ignore', log, log] })
  closeSync(log)
  const exited = once(child, 'exit')
  const url = `http://127.0.0.1:${port}`
  const isReady = () =>
    fetch(`${url}/_ministack/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  await until('MiniStack', isReady, 30_000).catch((error: Error) => {
    child.kill('SIGKILL')
    throw new Error(`${error.message}\n${readFileSync(logFile, 'utf8')}`)
  })
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      await exited
      if (existsSync(folder)) rmSync(folder, { recursive: true, force: true })
    },
  }
}
