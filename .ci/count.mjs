// Prints the line that ends a run: node count.mjs REPORT STATUS, where STATUS is what `npm test` exited with.
import { existsSync, readFileSync } from 'node:fs'

const [path, status] = process.argv.slice(2)
const failedBefore = Number(status) !== 0
const report = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined

const passed = report?.numPassedTests ?? 0
const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0)
// A file that does not even load has no tests to count: it counts as one.
const unloaded = (report?.testResults ?? []).filter((f) => f.status === 'failed' && f.assertionResults.length === 0)
let failed = (report?.numFailedTests ?? 0) + unloaded.length
// Types, lint or the installation: no test says so, yet the run failed.
if (failedBefore && failed === 0) {
  console.log(`[ci] FAILED outside of the tests (exit code ${status})`)
  failed = 1
}
if (passed + failed === 0) console.log('[ci] FAILED: nothing ran')
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)
