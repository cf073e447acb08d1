import { execFileSync } from 'node:child_process'
import { type ReceivedWebhook, startWebhook } from '../fakes/webhook.ts'
import { mulberry32 } from '../sim/world.ts'
import {
  endHost,
  type HostProcess,
  startHostProcess,
  tellEachAlone,
  temporaryDirectory,
  until,
} from './host-process.ts'
import { startLoad } from './load.ts'

/** A machine on which messages still arrive is slow, and not broken. */
const STALLED_MS = 15_000

/**
 * Runs a real host in `folder` under load, while the disk refuses every write for a moment, several times. Returns the
 * broken promises: accepted alerts are told, refused alerts are not told, a copy has the same id, the process goes on.
 */
export async function brokenByFailedCommits(folder: string, failures: number, seed: number): Promise<string[]> {
  const data = temporaryDirectory()
  const sink = await startWebhook()
  const chance = mulberry32(seed)
  const found: string[] = []
  // A write beyond the limit of the file size fails, as on a full disk; the signal is ignored.
  const host = startHostProcess(data.path, ['bash', '-c', `trap '' XFSZ; cd "${folder}" && exec "$@"`, 'bash'])
  let target: string | undefined
  const load = startLoad(() => target)
  try {
    const url = await host.url
    target = url + (await tellEachAlone(url, sink.url))
    for (let count = 0; count < failures && found.length === 0; count++) {
      const before = load.acknowledged.size
      if (!(await until(() => load.acknowledged.size > before + 20, STALLED_MS))) found.push('no post is accepted')
      limitFiles(host, '1')
      if (!(await until(async () => (await readiness(url)) === 503, STALLED_MS))) found.push('ready without a disk')
      if ((await fetch(`${url}/-/healthy`)).status !== 200) found.push('not healthy while it cannot write')
      await new Promise((resolve) => setTimeout(resolve, chance() * 1500))
      limitFiles(host, 'unlimited')
      if (!(await until(async () => (await readiness(url)) === 200, STALLED_MS))) found.push('not ready again')
    }
    await load.stop()
    const told = (): Set<string> => new Set(sink.received.map(nameOf))
    if (found.length === 0) await untilTold(load.acknowledged, told)
    const names = told()
    found.push(...[...load.acknowledged].filter((name) => !names.has(name)).map((name) => `lost: ${name}`))
    found.push(...[...names].filter((name) => !load.acknowledged.has(name)).map((name) => `refused and told: ${name}`))
    for (const [name, times] of Map.groupBy(sink.received, nameOf)) {
      const ids = new Set(times.map(({ headers }) => headers['webhook-id'])).size
      if (ids > 1) found.push(`told under ${ids} ids: ${name}`)
    }
    const code = await endHost(host, 'SIGTERM')
    if (code !== 0) found.push(`the process ended with ${code}`)
    const failed = host.entries().filter(({ what }) => what === 'a commit failed').length
    if (failed < failures) found.push(`the log has ${failed} failed commits`)
  } catch (error) {
    // A process that does not answer has ended, or stands still.
    found.push(
      String(error),
      ...host
        .entries()
        .slice(-3)
        .map((entry) => JSON.stringify(entry)),
    )
  } finally {
    // First the process: a post to a process that stands still has no end.
    await endHost(host, 'SIGKILL')
    await load.stop()
    await sink.stop()
    data.remove()
  }
  return found
}

function limitFiles({ child }: HostProcess, bytes: string): void {
  execFileSync('prlimit', ['--pid', String(child.pid), `--fsize=${bytes}:unlimited`])
}

async function readiness(url: string): Promise<number> {
  const answer = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(STALLED_MS) })
  await answer.arrayBuffer()
  return answer.status
}

async function untilTold(names: ReadonlySet<string>, told: () => Set<string>): Promise<void> {
  const all = (): boolean => told().size >= names.size && [...names].every((name) => told().has(name))
  for (let before = -1; before !== told().size && !all(); ) {
    before = told().size
    await until(all, STALLED_MS)
  }
}

function nameOf({ body }: ReceivedWebhook): string {
  return (body as { groupLabels: Record<string, string> }).groupLabels.alertname ?? ''
}
