// What `npm start` runs. Plain JavaScript, so that a Node which is too old to read the rest can say so:
// npm puts the Node that this project pins (node_modules/.bin) first in the PATH of its scripts.
if (process.getBuiltinModule?.('node:sqlite') === undefined) {
  console.error(
    `tocsin: Node ${process.version} has no node:sqlite: run \`npm ci\`, then \`npm start\`, which uses the pinned Node`,
  )
  process.exitCode = 1
} else {
  await import('./main.ts')
}
