import { expect, test } from 'vitest'
import { SCRIPTS } from './scripts/all.ts'
import { runScript } from './scripts.ts'

/* `node test/sim/main.ts --scripts NAME` replays a script and prints every step. */

test.for(SCRIPTS)('$name', async (script) => {
  expect((await runScript(script)).found).toEqual([])
})
