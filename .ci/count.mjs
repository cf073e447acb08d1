// Prints the line that ends a run: node count.mjs STATUS REPORT..., where STATUS is 0 when every command succeeded.
import { existsSync, readFileSync } from 'node:fs'

const [status, ...paths] = process.argv.slice(2)
const failedBefore = Number(status) !== 0
const count = { passed: 0, failed: 0, skipped: 0 }
for (const path of paths) {
  const report = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
  // A file that does not even load has no tests to count: it counts as one.
  const unloaded = (report?.testResults ?? []).filter((f) => f.status === 'failed' && f.assertionResults.length === 0)
  count.passed += report?.numPassedTests ?? 0
  count.failed += (report?.numFailedTests ?? 0) + unloaded.length
  count.skipped += (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0)
}
// Types, lint or the installation: no test says so, yet the run failed.
if (failedBefore && count.failed === 0) {
  console.log(`[ci] FAILED outside of the tests (exit code ${status})`)
  count.failed = 1
}
const { passed, failed, skipped } = count
if (passed + failed === 0) console.log('[ci] FAILED: nothing ran')
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)
