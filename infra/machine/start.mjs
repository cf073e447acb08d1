// What `npm start` runs.
import { refuse, tooOld } from '../pinned-node.mjs'
import { runProgram } from '../program.mjs'

if (tooOld) refuse('npm start')
else await runProgram('host', 'infra/machine/main.ts')
