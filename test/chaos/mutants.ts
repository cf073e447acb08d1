/*
 * Planted bugs of the AWS adapters: edits of the product's source, made in a copy. The run of a bug has only the
 * fault that exposes the bug, and so often that the result does not depend on luck.
 */

import type { Edit } from '../sim/plant.ts'
import type { FaultOptions } from './faults.ts'

export interface AwsMutant extends Edit {
  name: string
  /** Further edits: they expose the bug sooner and are no bugs. */
  also?: Edit[]
  alerts: number
  faults: Required<FaultOptions>
}

export const AWS_MUTANTS: AwsMutant[] = [
  {
    name: 'entries that failed within a 200 are taken for sent',
    file: 'shared/sqs/queue.ts',
    find: 'const unsent = entries.filter(({ Id }) => !sent.has(Id))',
    replace: 'const unsent = entries.filter(() => sent.size < 0)',
    alerts: 120,
    faults: { rate: 70, only: 'failed', tries: 1 },
  },
  {
    name: 'a write whose answer was lost is taken for another’s',
    file: 'shared/dynamodb/table.ts',
    find: "error.attempts === 1 ? 'failed'",
    replace: "error.attempts >= 1 ? 'failed'",
    // A head whose save counts as lost loses its texts, so small items expose the bug.
    also: [{ file: 'shared/dynamodb/table.ts', find: 'wholeBytes: 16 * 1024', replace: 'wholeBytes: 1024' }],
    alerts: 300,
    faults: { rate: 40, only: 'lost', tries: 1 },
  },
  {
    name: 'what a handler hands back is not reported',
    file: 'infra/aws/queue.ts',
    find: 'failed.push(...(await handled(() => handle(messages, endsAt), messages, context.awsRequestId)))',
    replace: 'await handled(() => handle(messages, endsAt), messages, context.awsRequestId)',
    alerts: 60,
    faults: { rate: 15, only: 'error', tries: 3 },
  },
]
