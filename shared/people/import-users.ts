import { LIMITS } from '../base/limits.ts'
import type { Steps } from '../base/steps.ts'
import type { ColumnNames } from './columns.ts'
import { flagOf, type Import, type ImportKind, importRows, listOf } from './import.ts'
import { unmaskUser } from './mask.ts'
import { EMAILS, type User, userSchema, userWarnings } from './user.ts'

/** The order of the header that ActionTrail's documentation prints. */
const PRINTED = ['id', 'name', 'phone', 'sms', 'voice', 'emails', 'enabled']
/** The order of the rows below that header. */
const ROWS = ['id', 'name', 'enabled', 'phone', 'sms', 'voice', 'emails']

const columns: ColumnNames = {
  fields: new Map([
    ...[...PRINTED, 'language'].map((field) => [field, field] as const),
    ['mobile phone number', 'phone'],
    ['mobile', 'phone'],
    ['receive text messages', 'sms'],
    ['receive voice calls', 'voice'],
    ['mailbox', 'emails'],
    ['email', 'emails'],
    ['enable', 'enabled'],
    ['timezone', 'timeZone'],
    ['time zone', 'timeZone'],
  ]),
  order: ROWS,
  /** ActionTrail's example has rows in another order than its header. A row with true or false in its third cell is one. */
  reorder: (header, { cells }) =>
    header.join() === PRINTED.join() && /^\s*(?:true|false)\s*$/i.test(cells[2] ?? '') ? ROWS : undefined,
}

const kind: ImportKind<User> = {
  columns,
  schema: userSchema,
  mostRows: LIMITS.users,
  fields(cells, stored) {
    const written: Record<string, unknown> = {}
    for (const [field, cell] of cells) {
      if (field === 'emails') written[field] = listOf(cell, EMAILS)
      else if (field === 'sms' || field === 'voice' || field === 'enabled') written[field] = flagOf(cell)
      else written[field] = cell === '' && field !== 'id' && field !== 'name' ? undefined : cell
    }
    const { user, problems } = unmaskUser(written, stored)
    return { given: user, problems }
  },
  warnings: userWarnings,
}

export function importUsers(bytes: Uint8Array, current: readonly User[]): Steps<Import<User>> {
  return importRows(bytes, current, kind)
}
