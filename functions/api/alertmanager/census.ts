import { silenceState } from '../../../shared/silence/silence.ts'
import { listAccounts } from '../../../shared/store/accounts.ts'
import { readSilences } from '../../../shared/store/silences.ts'
import type { Table } from '../../../shared/table/port.ts'
import type { ApiDeps } from '../http/deps.ts'
import { readAlertPage } from '../incidents/read-alerts.ts'
import { heldBack } from '../incidents/standing.ts'

const ACCOUNTS_AT_ONCE = 100
const ALERTS_AT_ONCE = 200
const UNENDED = { labels: () => true, standing: ({ resolved }: { resolved: boolean }) => !resolved }

/**
 * Counts the alerts and silences of all accounts into the gauges that Alertmanager has. The cost grows with the number
 * of alerts; `rest` is waited for after each page, so that other work comes in between.
 */
export async function takeCensus(
  deps: Pick<ApiDeps, 'table' | 'configs' | 'clock' | 'metrics'>,
  rest: () => Promise<void>,
): Promise<void> {
  // An alert is never unprocessed here: the answer to its post comes with its group.
  const alerts = { active: 0, suppressed: 0, unprocessed: 0 }
  const silences = { active: 0, pending: 0, expired: 0 }
  for await (const account of allAccounts(deps.table)) {
    const now = deps.clock.now()
    for (const silence of await readSilences(deps.table, account)) silences[silenceState(silence, now)]++
    let after: string | undefined
    do {
      const page = await readAlertPage(deps, { account, now }, { limit: ALERTS_AT_ONCE, after }, UNENDED)
      for (const standing of page.items) alerts[heldBack(standing) ? 'suppressed' : 'active']++
      after = page.next
      await rest()
    } while (after !== undefined)
  }
  for (const [state, count] of Object.entries(alerts)) deps.metrics.set('alertmanager_alerts', { state }, count)
  for (const [state, count] of Object.entries(silences)) deps.metrics.set('alertmanager_silences', { state }, count)
}

async function* allAccounts(table: Table): AsyncGenerator<string> {
  let after: string | undefined
  do {
    const page = await listAccounts(table, { limit: ACCOUNTS_AT_ONCE, after })
    for (const { id } of page.items) yield id
    after = page.next
  } while (after !== undefined)
}
