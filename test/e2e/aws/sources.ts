import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copySources } from '../../checks/stack/stack.ts'

/**
 * The stack's sources for the emulator, in a folder of their own. What it cannot do is taken out or changed
 * here and nowhere else; what is in the real template is for test/checks/stack to see.
 */
export function sourcesForEmulator(): string {
  const folder = copySources()
  // It has no alarms over expressions, and refuses a stack that does.
  edit(folder, 'infra/aws/alarms.yml', / {2}(?:# .*\n {2})*(?:Errors|Silent)Alarm:\n(?: {4}.*\n)+/g, '', 2)
  // It is plain HTTP, and enforces that queues take nothing without TLS.
  edit(folder, 'serverless.yml', / {2}- .*queues\/policy\.yml.*\n/g, '', 1)
  edit(folder, 'infra/aws/parts/trail.yml', /Bool: \{ 'aws:SecureTransport': 'false' \}/g, NEVER, 2)
  // Nobody can put events there that say they are AWS's own.
  edit(folder, 'infra/aws/parts/trail-events.yml', /prefix: aws\./g, 'prefix: test.', 1)
  // It asks for `SendMessageBatch`, an action that AWS does not have: there it is `SendMessage`.
  for (const role of globSync('infra/aws/roles/*.yml', { cwd: folder })) {
    edit(folder, role, /'sqs:SendMessage'/g, "'sqs:SendMessage', 'sqs:SendMessageBatch'", 1)
  }
  // It has one address for all services; what EventBridge's is by default would be AWS's own.
  const endpoint = `$&\n    AWS_ENDPOINT_URL_EVENTBRIDGE: $${'{env:AWS_ENDPOINT_URL}'}`
  edit(folder, 'functions/notify/function.yml', / {2}environment:/g, endpoint, 1)
  return folder
}

const NEVER = "StringEquals: { 'aws:RequestedRegion': 'nowhere' }"

/** Changes a file that many times: what is not found would be tested as if it were. */
export function edit(folder: string, path: string, from: RegExp, to: string, times: number): void {
  const file = join(folder, path)
  const text = readFileSync(file, 'utf8')
  const found = text.match(from)?.length ?? 0
  if (found !== times) throw new Error(`${path}: ${found} times ${from}, expected ${times}`)
  writeFileSync(file, text.replace(from, to))
}
