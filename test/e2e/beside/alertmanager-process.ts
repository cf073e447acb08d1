import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { until } from '../wait.ts'

const PROGRAMS = ['prometheus-alertmanager', 'alertmanager']

/** The name of Alertmanager's program here (Debian has its own); undefined: none is installed. */
export const alertmanagerProgram = PROGRAMS.find((name) => spawnSync(name, ['--version']).status === 0)

interface Alertmanager {
  url: string
  stop(): Promise<void>
}

/** A real Alertmanager that runs alone, with its data in `folder`. */
export async function startAlertmanager({
  file,
  folder,
  externalUrl,
}: {
  file: string
  folder: string
  externalUrl: string
}): Promise<Alertmanager> {
  const url = `http://127.0.0.1:${await freePort()}`
  const child = spawn(
    alertmanagerProgram as string,
    [
      `--config.file=${file}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
      `--web.external-url=${externalUrl}`,
      '--web.route-prefix=/',
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  child.stderr.on('data', (chunk) => (log += chunk))
  const exited = once(child, 'exit')
  await until('Alertmanager', async () => {
    if (child.exitCode !== null) throw new Error(`Alertmanager ended: ${log}`)
    return await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  })
  return {
    url,
    async stop() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
