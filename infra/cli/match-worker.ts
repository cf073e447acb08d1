import { parentPort, workerData } from 'node:worker_threads'
import { createPieceMatcher, type MatchTask } from './match-piece.ts'
import type { MatchAnswer } from './match-pool.ts'
import type { Piece } from './piece.ts'

// The thread of a worker: an answer for every piece, in the order of the pieces.
const match = createPieceMatcher(workerData as MatchTask)
parentPort?.on('message', (piece: Piece) => {
  const bytes = piece.kind === 'lines' ? piece.bytes : undefined
  const answer: MatchAnswer = { result: match(piece), bytes }
  parentPort?.postMessage(answer, bytes === undefined ? [] : [bytes.buffer as ArrayBuffer])
})
