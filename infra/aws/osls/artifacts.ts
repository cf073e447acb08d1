import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Osls } from './osls.ts'

/**
 * Makes the output of `osls package` depend on the sources alone. Left alone, osls names the folder in the bucket after
 * the time of day, and notes the place of every zip on this machine. The zips themselves are the same each time: a
 * single file, no date.
 */
export function reproducible(osls: Osls): void {
  const { service, serviceDir } = osls
  const hash = createHash('sha256')
  for (const [name, { package: made }] of Object.entries(service.functions).sort()) {
    if (made?.artifact === undefined) throw new Error(`${name} has no zip yet`)
    hash.update(name).update(readFileSync(made.artifact))
    made.artifact = relative(serviceDir, made.artifact)
  }
  const aws = osls.getProvider('aws')
  const folder = `${aws.getDeploymentPrefix()}/${service.service}/${aws.getStage()}`
  service.package.artifactDirectoryName = `${folder}/${directoryOf(commitTime(serviceDir), hash.digest('hex'))}`
}

/** osls finds deployments in its bucket by this form: milliseconds, ISO date, and the rest. */
export function directoryOf(seconds: number, hash: string): string {
  return `${seconds * 1000}-${new Date(seconds * 1000).toISOString()}-${hash.slice(0, 12)}`
}

/** https://reproducible-builds.org/specs/source-date-epoch/; without git there is no commit to be told apart. */
function commitTime(folder: string): number {
  const given = process.env.SOURCE_DATE_EPOCH
  if (given && /^\d{1,12}$/.test(given)) return Number(given)
  try {
    const shown = execFileSync('git', ['log', '-1', '--format=%ct'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return Number(shown.toString().trim())
  } catch {
    return 0
  }
}
