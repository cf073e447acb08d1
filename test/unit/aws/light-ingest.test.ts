import { afterAll, vi } from 'vitest'
import * as light from '../../../infra/aws/light-http.ts'

/*
 * The tests of ingest over the classes of its bundle: a member that these classes lack fails here.
 */

for (const [name, value] of Object.entries(light)) vi.stubGlobal(name, value)
afterAll(() => void vi.unstubAllGlobals())

await import('../ingest/counted.test.ts')
await import('../ingest/hostile.test.ts')
await import('../ingest/trail.test.ts')
await import('./http.test.ts')
await import('./trail.test.ts')
