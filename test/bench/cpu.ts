import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** USER_HZ of every Linux that Node runs on: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const TICKS_PER_SECOND = 100

/** CPU-seconds of a process so far, user and system. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The command may contain spaces and brackets: the text behind the last bracket begins with field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

const QUIET_MS = 600
const QUIET_CPU_SECONDS = 0.02

/** Waits until a process is idle, so the accepted work is done. False: still busy after `boundMs`. */
export async function untilQuiet(pid: number, boundMs: number): Promise<boolean> {
  const until = Date.now() + boundMs
  while (Date.now() < until) {
    const before = cpuSeconds(pid)
    await sleep(QUIET_MS)
    if (cpuSeconds(pid) - before <= QUIET_CPU_SECONDS) return true
  }
  return false
}
