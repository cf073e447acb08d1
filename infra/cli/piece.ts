/** A part of an input, in the order of the input: whole lines, or the texts that a splitter cut out. */
export type Piece = { kind: 'lines'; bytes: Uint8Array } | { kind: 'texts'; items: readonly TextItem[] }

/** The text of an object, or the reason why there is no text. */
export type TextItem = { line: number; text: string } | { line: number; damaged: string }

/** The findings in a piece. Plain data: the result may come from another thread. */
export interface PieceResult {
  /** Of `lines` only: how many lines there are. The lines of events count from 0, the lines of `texts` as given. */
  lines: number
  records: number
  leftOut: { digest: number; test: number }
  events: PieceEvent[]
}

/** In the order of the records. */
export type PieceEvent =
  | { kind: 'match'; rules: string[]; id: string | undefined; time: string | undefined; record?: string }
  | { kind: 'damage'; line: number; message: string }
  | { kind: 'failure'; rule: string; message: string }
