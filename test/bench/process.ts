import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** USER_HZ of every Linux that Node runs on: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const TICKS_PER_SECOND = 100

/** CPU-seconds of a process so far, user and system. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The command may hold spaces and brackets: what follows its last bracket begins with field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** Bytes that a process sent to storage so far: https://man7.org/linux/man-pages/man5/proc_pid_io.5.html */
export function writtenBytes(pid: number): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? Number.NaN)
}

/** Memory that a process has resident now, and had at most, in MiB. */
export function residentMib(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) / 1024
  return { now: mib('VmRSS'), peak: mib('VmHWM') }
}

/** Longer than the pause for which Tocsin lets alerts gather (`infra/machine/pace.ts`): work that waits is no end. */
const QUIET_MS = 1500
const QUIET_CPU_SECONDS = 0.05

/** Waits until a process has nothing left to do: what it took in is worked off. False: still busy after `boundMs`. */
export async function untilQuiet(pid: number, boundMs: number): Promise<boolean> {
  const until = Date.now() + boundMs
  while (Date.now() < until) {
    const before = cpuSeconds(pid)
    await sleep(QUIET_MS)
    if (cpuSeconds(pid) - before <= QUIET_CPU_SECONDS) return true
  }
  return false
}

/** Calls of fsync and fdatasync in a process while `work` runs. NaN: strace is not installed, or may not attach. */
export async function countSyncs(pid: number, work: () => Promise<unknown>): Promise<number> {
  try {
    execFileSync('strace', ['--version'], { stdio: 'pipe' })
  } catch {
    return Number.NaN
  }
  const strace = spawn('strace', ['-f', '-q', '-e', 'trace=fsync,fdatasync', '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let calls = 0
  let attached = false
  strace.stderr.setEncoding('utf8').on('data', (text: string) => {
    attached = true
    calls += text.match(/(?:fsync|fdatasync)\(\d/g)?.length ?? 0
  })
  const ended = new Promise((resolve) => strace.once('exit', resolve))
  await sleep(ATTACH_MS)
  await work()
  strace.kill('SIGINT')
  await ended
  return attached ? calls : Number.NaN
}

const ATTACH_MS = 1000
