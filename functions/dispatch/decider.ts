import type { Heads } from '../../shared/group-store/heads.ts'
import type { AlertsRegrouped, GroupWake } from '../../shared/message/message.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'
import type { ActiveSilence } from '../../shared/silence/active.ts'
import type { DispatchDeps } from './deps.ts'
import type { BatchLedgers } from './ledgers.ts'
import type { PausedChannels } from './paused-channels.ts'

/** The parts that all decisions of a batch about an account share. */
export interface Decider {
  deps: DispatchDeps
  heads: Heads
  config: CompiledConfig
  silences: readonly ActiveSilence[]
  /**
   * Sends messages to further groups before the head is saved: regrouped alerts must be in the queue before the head lets
   * go of the alerts. False: a message is not in the queue.
   */
  sendToGroups: (messages: (AlertsRegrouped | GroupWake)[]) => Promise<boolean>
  pausedChannels: PausedChannels
  ledgers: BatchLedgers
}
