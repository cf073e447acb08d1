import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The Alertmanager that Tocsin is measured beside. */
export interface Alertmanager {
  /** Version and source for the report: `0.34.2 (built from the Go module)`. */
  version: string
  path: string
}

const MODULE = 'github.com/prometheus/alertmanager'
const VERSION = '0.34.2'
const DEBIAN = 'prometheus-alertmanager'

/**
 * Alertmanager 0.34.2, built from the Go module where Go is installed; else Alertmanager of Debian's package, which is
 * years older and needs about half the CPU. Undefined: neither Go nor the package is installed.
 */
export function findAlertmanager(): Alertmanager | undefined {
  return buildAlertmanager() ?? debianAlertmanager()
}

/** Built once and kept in the directory for temporary files; a build that was broken off leaves no binary. */
function buildAlertmanager(): Alertmanager | undefined {
  const path = join(tmpdir(), `tocsin-bench-alertmanager-${VERSION}`)
  const found = { version: `${VERSION} (built from the Go module)`, path }
  if (existsSync(path)) return found
  if (output('go', ['version']) === undefined) return undefined
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-bench-build-'))
  try {
    console.log(`building Alertmanager ${VERSION} from the Go module, once: a minute or two`)
    const module = output('go', ['mod', 'download', '-json', `${MODULE}@v${VERSION}`], dir)
    const source = join(dir, 'source')
    cpSync(JSON.parse(module ?? '{}').Dir, source, { recursive: true })
    execFileSync('chmod', ['-R', 'u+w', source])
    // The released archive has the built pages of the web interface; the module has none, and embeds the folder.
    mkdirSync(join(source, 'ui/app/dist'), { recursive: true })
    writeFileSync(join(source, 'ui/app/dist/index.html'), '')
    const built = join(dir, 'alertmanager')
    execFileSync('go', ['build', '-o', built, './cmd/alertmanager'], { cwd: source, stdio: 'pipe' })
    cpSync(built, `${path}.part`)
    renameSync(`${path}.part`, path)
    return found
  } catch (error) {
    console.log(`Alertmanager ${VERSION} could not be built: ${String(error).split('\n')[0]}`)
    return undefined
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function debianAlertmanager(): Alertmanager | undefined {
  const text = output(DEBIAN, ['--version'])
  if (text === undefined) return undefined
  return { version: `${/version (\S+)/.exec(text)?.[1] ?? 'unknown'} (Debian's package)`, path: DEBIAN }
}

/** Standard output of a command; undefined: the command is not there, or failed. */
function output(command: string, args: string[], cwd?: string): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], cwd })
  } catch {
    return undefined
  }
}
