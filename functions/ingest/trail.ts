import { ownForm } from '../../shared/intake/answer.ts'
import { type Post, recoveryTimes, type TrailIntake } from '../../shared/intake/post.ts'
import { pausedRefusal, refusePost, takeBody } from '../../shared/intake/take.ts'
import { integrations } from '../../shared/integrations/registry.ts'
import type { IngestDeps } from './handler.ts'

export interface TrailDeps extends IngestDeps {
  /** The account and integration of the records. */
  account: string
  integration: string
}

/**
 * The intake of the audit trail of the cloud account in which Tocsin runs. The records come without a request and a
 * token, so the deployment names the integration of the records.
 */
export function createTrailIntake(deps: TrailDeps): TrailIntake {
  const form = ownForm(() => '')
  const postOf = async (body: Uint8Array, file?: string): Promise<Post> => {
    const { account } = deps
    const current = await deps.configs.current(account)
    const integration = current.integration(deps.integration)
    const format = integration && integrations.get(integration.type)
    if (integration === undefined || format?.gives !== 'records') {
      throw new Error(`the account ${account} has no integration ${deps.integration} that takes records`)
    }
    const headers = { 'content-type': 'application/json' }
    const request = new Request('http://trail/', { method: 'POST', headers, body: Buffer.from(body) })
    return { request, form, account, integration, format, recovery: recoveryTimes(integration, current.config), file }
  }
  const settled = (response: Response | undefined): boolean => {
    deps.metrics.add('tocsin_ingest_requests_total', { code: String(response?.status ?? 503) })
    return response !== undefined
  }
  return {
    async take(body, file) {
      const post = await postOf(body, file)
      const refusal = post.integration.paused ? pausedRefusal : undefined
      return settled(await (refusal ? refusePost(deps, post, refusal, NOTHING) : takeBody(deps, post)))
    },
    async refuse(message) {
      const post = await postOf(NOTHING)
      return settled(await refusePost(deps, post, { status: 400, code: 'unreadable', message }, NOTHING))
    },
  }
}

const NOTHING = new Uint8Array()
