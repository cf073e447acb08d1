import type { BodyRow, MessageRow } from './queue-sql.ts'

/** Characters of kept bodies at most. Beyond, a body is read from the file. */
const KEPT_CHARS = 16 * 1024 * 1024

/** A body that this process wrote, so its sum needs no check; and the value of the body, if the sender gave the value. */
type KeptBody = BodyRow & Pick<MessageRow, 'value'>

export type KeptBodies = ReturnType<typeof createKeptBodies>

/**
 * The bodies of the messages that this process wrote, until the messages are gone: no body that was just written is read
 * back. The file has the messages as well, for the next process.
 */
export function createKeptBodies() {
  const kept = new Map<number, KeptBody>()
  let chars = 0
  return {
    keep({ id, body, value }: MessageRow): void {
      if (chars + body.length > KEPT_CHARS) return
      chars += body.length
      kept.set(id, { body, value, sum: null })
    },
    get: (id: number): KeptBody | undefined => kept.get(id),
    forget(id: number): void {
      chars -= kept.get(id)?.body.length ?? 0
      kept.delete(id)
    },
  }
}
