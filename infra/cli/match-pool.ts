import { Worker } from 'node:worker_threads'
import { programBeside } from '../beside.ts'
import { createPieceMatcher, type MatchTask, type PieceMatcher } from './match-piece.ts'
import type { Piece, PieceResult } from './piece.ts'

export interface MatchPool {
  /** Pieces that are worth having under way at a time. */
  width: number
  /** The buffers of pieces that were used. */
  free: Uint8Array[]
  match(piece: Piece): Promise<MatchAnswer>
  end(): Promise<void>
}

/** The bytes of lines go to a thread and come back: meanwhile the sender has no access. */
export interface MatchAnswer {
  result: PieceResult | undefined
  bytes: Uint8Array | undefined
}

/** The work that is done in this thread first: to start threads takes as long as a few megabytes. */
const ALONE_PIECES = 4
/** Pieces at a worker: while the worker matches a piece, the next piece arrives. */
const QUEUED = 2

/** Threads that match pieces. A pool of 1 is this thread itself. */
export function createPool(task: MatchTask, threads: number): MatchPool {
  let own: PieceMatcher | undefined
  let alone = ALONE_PIECES
  let workers: Thread[] = []
  return {
    width: threads === 1 ? 1 : threads * QUEUED,
    free: [],
    async match(piece) {
      if (threads === 1 || alone-- > 0) {
        own ??= createPieceMatcher(task)
        return { result: own(piece), bytes: piece.kind === 'lines' ? piece.bytes : undefined }
      }
      if (workers.length === 0) {
        own = undefined
        workers = Array.from({ length: threads }, () => startThread(task))
      }
      return workers.reduce((a, b) => (b.waiting() < a.waiting() ? b : a)).match(piece)
    },
    async end() {
      await Promise.all(workers.map((worker) => worker.end()))
    },
  }
}

interface Thread {
  waiting(): number
  match: MatchPool['match']
  end(): Promise<unknown>
}

/** A young generation of V8's usual size takes more memory than the rest of a thread. */
const LIMITS = { maxYoungGenerationSizeMb: 8 }

function startThread(task: MatchTask): Thread {
  const worker = new Worker(programBeside(import.meta.url, 'match-worker'), {
    workerData: task,
    resourceLimits: LIMITS,
  })
  const waiting: { resolve(answer: MatchAnswer): void; reject(error: unknown): void }[] = []
  worker.on('message', (answer: MatchAnswer) => waiting.shift()?.resolve(answer))
  worker.on('error', (error) => {
    for (const { reject } of waiting.splice(0)) reject(error)
  })
  return {
    waiting: () => waiting.length,
    match: (piece) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        worker.postMessage(piece, piece.kind === 'lines' ? [piece.bytes.buffer as ArrayBuffer] : [])
      }),
    end: () => worker.terminate(),
  }
}
