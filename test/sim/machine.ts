import type { Process } from './process.ts'
import { between, type World } from './world.ts'

/*
 * One machine: all functions share a process, and table and queues share a disk. Every reader sees a write at once, and
 * the commit of a turn makes the writes of the turn durable. Writes that are not durable are lost with the process, and
 * with a commit that fails.
 */

/** The part of the machine that a model of a table or a queue tells of a write, and how to take the write back. */
export interface Disk {
  wrote(undo: () => void): void
  /** How often writes were lost. */
  losses(): number
}

export interface Machine extends Disk {
  /** A function begins to live in the process of now. */
  join(process: Process): void
  /** A function that has answered its only request. */
  leave(process: Process): void
  /** Everything written by now is durable. */
  flush(): void
  /** Resolves when no function of an earlier generation is under way: then the workers of this generation begin. */
  ready(): Promise<void>
  /** Runs `act`, a request from outside, until an answer says that the writes are durable. */
  ask(act: () => Promise<unknown>): Promise<void>
}

export interface MachineOptions {
  world: World
  /** The longest time from the first write of a turn until its commit. */
  commitMs(): number
  /** Whether this commit fails. */
  fails(): boolean
  /** Messages in flight are ready again, and memory is empty. */
  begins(): void
}

interface Turn {
  undo: (() => void)[]
  end: PromiseWithResolvers<boolean>
}

export function createMachine({ world, commitMs, fails, begins }: MachineOptions): Machine {
  let processes = new Set<Process>()
  /** Functions of earlier generations that still run. */
  let running = new Set<Process>()
  let turn: Turn | undefined
  let losses = 0

  const commit = (ending: Turn): void => {
    if (turn !== ending) return
    if (fails()) return lose('a commit fails', false)
    turn = undefined
    ending.end.resolve(true)
  }
  const durable = (): Promise<boolean> => turn?.end.promise ?? Promise.resolve(true)
  const lose = (why: string, dies: boolean): void => {
    world.say(`the machine begins anew: ${why}`)
    const [lost, old] = [turn, processes]
    turn = undefined
    losses++
    processes = new Set()
    for (const undo of lost?.undo.reverse() ?? []) undo()
    lost?.end.resolve(false)
    for (const process of old) {
      process.body.over = true
      if (dies) process.die()
      else if (process.body.running) running.add(process)
    }
    if (dies) running = new Set()
    begins()
  }
  return {
    losses: () => losses,
    wrote(undo) {
      if (turn === undefined) {
        const begun: Turn = { undo: [], end: Promise.withResolvers() }
        turn = begun
        world.clock().after(between(world.chance, 0, commitMs()), () => commit(begun))
      }
      turn.undo.push(undo)
    },
    join(process) {
      processes.add(process)
      process.body.durable = durable
      void process.died.then(() => {
        running.delete(process)
        if (processes.delete(process)) lose(`${process.name} ended the process`, true)
      })
    },
    leave(process) {
      processes.delete(process)
      running.delete(process)
    },
    flush() {
      turn?.end.resolve(true)
      turn = undefined
    },
    async ready() {
      while ([...running].some(({ alive, body }) => alive && body.running)) await world.sleep(1)
    },
    async ask(act) {
      let before: Set<Process>
      do {
        before = processes
        await act()
      } while (!(await durable()) || processes !== before)
    },
  }
}
