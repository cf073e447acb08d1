import { existsSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

// Plain JavaScript, so that a Node which is too old to read the rest can say so. npm and npx put the Node that
// this project pins (node_modules/.bin) first in the PATH of what they start; whoever comes another way may
// have any Node.

/** Whether this Node lacks what the code stands on: SQLite, and TypeScript without a build. */
export const tooOld = process.getBuiltinModule?.('node:sqlite') === undefined || !process.features.typescript

/** The pinned Node, where it is installed. */
export function pinnedNode() {
  const path = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))
  return existsSync(path) ? path : undefined
}

/** @param {string} command what to type instead */
export function refuse(command) {
  console.error(
    `tocsin: Node ${process.version} is too old: run \`npm ci\`, then \`${command}\`, which uses the pinned Node`,
  )
  process.exitCode = 1
}
