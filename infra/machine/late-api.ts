import type { ApiDeps } from '../../functions/api/http/deps.ts'
import { createProbes, isProbe } from '../../functions/api/http/probes.ts'
import { basePathOf, requestPath } from '../../shared/account/request-path.ts'
import type { Registry } from '../../shared/metrics/registry.ts'
import type { HttpHandler } from './http.ts'
import { late } from './late.ts'

/**
 * The api with its console, which is more than half of all code: loaded at the first request for more than a probe.
 * Who watches a host asks for probes the whole day.
 */
export function createLateApi(deps: ApiDeps, metrics: Registry): HttpHandler {
  const base = basePathOf(deps.publicUrl)
  const probes = createProbes(deps)
  const api = late(async () => {
    const [{ createApi }, { channelTypes }, { forwardKind }] = await Promise.all([
      import('../../functions/api/handler.ts'),
      import('../../shared/channels/registry.ts'),
      import('../../shared/forwarding/kind.ts'),
    ])
    // The api alone shows the metrics, so no reader has missed these series.
    metrics.begin([...channelTypes.keys(), forwardKind.type])
    return createApi(deps)
  })
  return (asked) => (isProbe(requestPath(asked.url, base).path) ? probes(asked) : api.handle(asked))
}
