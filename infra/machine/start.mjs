// What `npm start` runs.
import { refuse, tooOld } from '../pinned-node.mjs'

if (tooOld) refuse('npm start')
else await import('./main.ts')
