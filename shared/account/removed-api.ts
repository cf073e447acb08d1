import { json } from '../base/answers.ts'
import { readIntegrationPath } from './integration-path.ts'

/*
 * Version 1 of Alertmanager's API. Old senders still ask for version 1, and Alertmanager tells them to move on (facts
 * from prometheus/alertmanager, Apache-2.0, `api/v1_deprecation_router.go`).
 */

const PATHS = /^\/api\/v1\/(?:status|receivers|alerts|silences|silence\/[^/]+)$/

/** Whether a path is of version 1: below the URL of an integration, or a path of the host that is not Tocsin's own. */
export function isRemovedPath(path: string): boolean {
  return PATHS.test(readIntegrationPath(path)?.below ?? path)
}

export function removedAnswer(): Response {
  const error =
    'The Alertmanager v1 API was deprecated in version 0.16.0 and is removed as of version 0.27.0 - please use the equivalent route in the v2 API'
  return json(410, { status: 'deprecated', error })
}
