import { reloadConfig } from '../../../shared/store/whole-config.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { refuseWith } from '../http/route.ts'
import { announceChange, wakeGroups } from './wakes.ts'

/**
 * Reloads as Alertmanager does: the same configuration becomes a new revision, so groups and their timers start anew.
 */
export function reloadRoutes(deps: ApiDeps): Route[] {
  const about = { summary: 'Restart the timers of all groups', answers: { 200: { text: 'Reloaded' } } }
  const handle = (ask: Ask) => reload(deps, ask)
  return [
    { method: 'POST', path: '/-/reload', access: 'editor', about, handle },
    { method: 'POST', path: '/i/{token}/-/reload', access: 'token', about, handle },
  ]
}

/**
 * A request that comes twice restarts the timers twice, as on Alertmanager. A change in between has restarted the
 * timers already.
 */
async function reload(deps: ApiDeps, ask: Ask): Promise<Answer> {
  await announceChange(deps, ask.account)
  const saved = await reloadConfig(deps, ask.account, ask.now)
  if (!saved.ok && saved.reason === 'too-large') return refuseWith(422, 'invalid', saved.message)
  await wakeGroups(deps, ask.account)
  return new Response(null, { status: 200 })
}
