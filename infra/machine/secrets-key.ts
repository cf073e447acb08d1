import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { SecretBox } from '../../shared/secret/seal.ts'
import { keys } from '../../shared/table/keys.ts'
import type { Table } from '../../shared/table/port.ts'
import { parseKey } from './environment.ts'

export type SecretsKey = { ok: true; key: Buffer } | { ok: false; error: string }

/**
 * The key that seals channel credentials and derives integration URLs: the operator's key, or a key made at the first
 * start and kept beside the data. A directory that has data and lost its key gets no new key: every integration URL
 * would change and every credential be unreadable.
 */
export function secretsKey(
  dataDir: string,
  given: Buffer | undefined,
  hasData: boolean,
  randomBytes: (size: number) => Buffer,
): SecretsKey {
  if (given) return { ok: true, key: given }
  const path = join(dataDir, 'secrets.key')
  if (existsSync(path)) {
    const key = parseKey(readFileSync(path, 'utf8').trim())
    return key ? { ok: true, key } : { ok: false, error: `${path} is damaged: it has to hold 32 bytes in hex` }
  }
  if (hasData)
    return { ok: false, error: `${path} is missing: restore it, or set TOCSIN_SECRETS_KEY to the key it held` }
  const key = randomBytes(32)
  writeDurably(path, `${key.toString('hex')}\n`)
  return { ok: true, key }
}

/** Writes the whole file or no file: a crash leaves the temporary file, which the next start overwrites. */
function writeDurably(path: string, text: string): void {
  const file = openSync(`${path}.new`, 'w', 0o600)
  writeSync(file, text)
  fsyncSync(file)
  closeSync(file)
  renameSync(`${path}.new`, path)
  const directory = openSync(join(path, '..'), 'r')
  fsyncSync(directory)
  closeSync(directory)
}

/** False: this table was written under another key. The first start leaves a mark of its key. */
export async function checkSecretsKey(table: Table, secrets: SecretBox): Promise<boolean> {
  const place = keys.instance('secrets-key')
  const mark = secrets.mac('secrets-key-mark').toString('hex')
  // Twice or late: the same mark.
  await table.put({ ...place, body: mark }, 'absent')
  return (await table.get(place))?.body === mark
}
