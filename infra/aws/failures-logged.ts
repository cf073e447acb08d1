import { errorText } from '../../shared/base/log.ts'
import type { Queue } from '../../shared/queue/port.ts'
import type { Table } from '../../shared/table/port.ts'
import { log } from './log.ts'

/**
 * The same table, with a log line for every call that throws. Handlers answer 503 or hand the message back;
 * the text of the service, such as the action that the role lacks, is known only here.
 */
export function tableFailuresLogged(table: Table): Table {
  return {
    wholeBytes: table.wholeBytes,
    dueGridMs: table.dueGridMs,
    get: (key) => logged('table: get', table.get(key)),
    put: (item, when) => logged('table: put', table.put(item, when)),
    remove: (key, when) => logged('table: remove', table.remove(key, when)),
    query: (partition, prefix, page) => logged('table: query', table.query(partition, prefix, page)),
    due: (bucket, until, page) => logged('table: due', table.due(bucket, until, page)),
    list: (name, page) => logged('table: list', table.list(name, page)),
    cards: (name, page) => logged('table: cards', table.cards(name, page)),
    durable: table.durable,
  }
}

/** The same queue, with a log line for every send that throws. */
export function queueFailuresLogged(queue: Queue): Queue {
  const { carries, delaysBy } = queue
  return { carries, delaysBy, send: (messages) => logged('queue: send', queue.send(messages)) }
}

async function logged<Result>(call: string, result: Promise<Result>): Promise<Result> {
  try {
    return await result
  } catch (error) {
    log('error', `${call} failed`, { error: errorText(error) })
    throw error
  }
}
