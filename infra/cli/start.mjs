#!/usr/bin/env node
// What `npx tocsin` runs.
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { pinnedNode, refuse, tooOld } from '../pinned-node.mjs'
import { runProgram } from '../program.mjs'

if (!tooOld) await runProgram('tocsin', 'infra/cli/main.ts')
else if (pinnedNode() === undefined) refuse('npx tocsin')
else {
  const arguments_ = [fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  const { status, signal } = spawnSync(pinnedNode(), arguments_, { stdio: 'inherit' })
  if (signal) process.kill(process.pid, signal)
  process.exitCode = status ?? 1
}
