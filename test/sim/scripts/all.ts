import type { Script } from '../scripts.ts'
import { absorbed } from './absorbed.ts'
import { changes } from './changes.ts'
import { commits } from './commits.ts'
import { duty } from './duty.ts'
import { fallback } from './fallback.ts'
import { flows } from './flows.ts'
import { keptIncidents } from './kept-incidents.ts'
import { limits } from './limits.ts'
import { muting } from './muting.ts'
import { parts } from './parts.ts'
import { people } from './people.ts'
import { refreshes } from './refreshes.ts'
import { sends } from './sends.ts'
import { sharedMessages } from './shared-messages.ts'
import { stages } from './stages.ts'
import { steps } from './steps.ts'
import { tickets } from './tickets.ts'
import { time } from './time.ts'
import { twoGroups } from './two-groups.ts'
import { words } from './words.ts'
import { workers } from './workers.ts'

export const SCRIPTS: Script[] = [
  ...workers,
  ...sends,
  ...sharedMessages,
  ...time,
  ...refreshes,
  ...absorbed,
  ...commits,
  ...changes,
  ...twoGroups,
  ...tickets,
  ...parts,
  ...muting,
  ...keptIncidents,
  ...flows,
  ...duty,
  ...limits,
  ...steps,
  ...stages,
  ...fallback,
  ...people,
  ...words,
]
