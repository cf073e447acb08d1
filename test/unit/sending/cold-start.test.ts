import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const MAIL = { provider: 'smtp', host: 'mail.example', from: 'a@example.com', to: ['b@example.com'] }

/* Kinds by what their messages need: nothing, the texts of a chat, and a package for mail. */
const CASES: [type: string, settings: object, senders: string[], packages: string[]][] = [
  ['webhook', { url: 'https://hooks.example/' }, ['webhook', 'http'], []],
  ['dingtalk', { url: 'https://robot.example/robot/send?access_token=a' }, ['dingtalk'], []],
  ['email', MAIL, ['email'], ['nodemailer', '@smithy/signature-v4', '@smithy/core', '@smithy/types']],
]

test.each(CASES)(
  'a cold process loads the sender of %s, and no other',
  async (type, settings, senders, packages) => {
    const script = new URL('cold-start.ts', import.meta.url)
    const { stdout } = await promisify(execFile)(process.execPath, [script.pathname, type, JSON.stringify(settings)])
    const { before, after, outcome } = JSON.parse(stdout) as { before: string[]; after: string[]; outcome: object }
    expect(outcome).toBeDefined()
    expect(namesIn(before, SENDER)).toEqual([])
    expect(namesIn(before, PACKAGE)).toEqual(['zod'])
    expect(namesIn(after, SENDER)).toEqual(senders.sort())
    expect(namesIn(after, PACKAGE)).toEqual(packages.sort())
  },
  30_000,
)

const SENDER = /\/shared\/channels\/([^/]+)\/send\.ts$/
const PACKAGE = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//

function namesIn(urls: readonly string[], pattern: RegExp): string[] {
  return [...new Set(urls.flatMap((url) => pattern.exec(url)?.[1] ?? []))].sort()
}
