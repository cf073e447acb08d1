import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copySources } from '../../checks/stack/stack.ts'

/**
 * The stack's sources for the emulator, in a folder of their own. Parts beyond the emulator's abilities are removed
 * or changed here and in no other file; the real template is checked by test/checks/stack.
 */
export function sourcesForEmulator(): string {
  const folder = copySources()
  // The emulator has no alarms over expressions, and refuses a stack with such alarms.
  edit(folder, 'infra/aws/alarms.yml', / {2}(?:# .*\n {2})*ErrorsAlarm:\n(?: {4}.*\n)+/g, '', 1)
  // The emulator speaks plain HTTP, and enforces the policy that a queue accepts nothing without TLS.
  edit(folder, 'serverless.yml', / {2}- .*queues\/policy\.yml.*\n/g, '', 1)
  edit(folder, 'infra/aws/parts/trail.yml', /Bool: \{ 'aws:SecureTransport': 'false' \}/g, NEVER, 1)
  // A test cannot put events with a source of AWS.
  edit(folder, 'infra/aws/parts/trail-events.yml', /prefix: aws\./g, 'prefix: test.', 1)
  // The emulator checks `SendMessageBatch`, an action unknown to AWS: AWS checks `SendMessage`.
  for (const role of globSync('infra/aws/roles/*.yml', { cwd: folder })) {
    const queues = /\/(?:api|notify)\.yml$/.test(role) ? 2 : 1
    edit(folder, role, /'sqs:SendMessage'/g, "'sqs:SendMessage', 'sqs:SendMessageBatch'", queues)
  }
  // The emulator has one address for all services; the default addresses of channels would be AWS's own.
  const endpoint = ['EVENTBRIDGE', 'SNS', 'LAMBDA']
    .map((service) => `\n    AWS_ENDPOINT_URL_${service}: $${'{env:AWS_ENDPOINT_URL}'}`)
    .join('')
  edit(folder, 'functions/notify/function.yml', / {2}environment:/g, `$&${endpoint}`, 1)
  return folder
}

const NEVER = "StringEquals: { 'aws:RequestedRegion': 'nowhere' }"

/** Changes a file a number of times; throws when the text is not found, since the test would then prove nothing. */
export function edit(folder: string, path: string, from: RegExp, to: string, times: number): void {
  const file = join(folder, path)
  const text = readFileSync(file, 'utf8')
  const found = text.match(from)?.length ?? 0
  if (found !== times) throw new Error(`${path}: ${found} times ${from}, expected ${times}`)
  writeFileSync(file, text.replace(from, to))
}
