import type { SendDeps } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { awsCodes } from '../aws/answers.ts'
import { awsAccess, type KeySettings } from '../aws/keys.ts'
import { noKeys, postToAws } from '../aws/post.ts'
import { codeIn } from '../http/body.ts'
import { type ProviderAnswers, providerOutcome } from '../http/provider-answer.ts'

/** The API of SNS is of the kind “Query”: a form goes in, XML comes out. */
const VERSION = '2010-03-31'

/** Publishes one message of Amazon SNS (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). */
export async function publish(
  settings: KeySettings,
  region: string,
  message: Readonly<Record<string, string>>,
  giveUpAt: number,
  deps: Pick<SendDeps, 'clock' | 'request' | 'role'>,
): Promise<Outcome> {
  const access = awsAccess('sns', region, settings, deps.role)
  if (access === undefined) return noKeys(deps.clock.now())
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const form = Object.entries({ Action: 'Publish', Version: VERSION, ...message })
  // URLSearchParams takes three times as long, and a message may have 256 KiB.
  const body = form.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join('&')
  const asked = { service: 'sns', region, path: '/', headers, body } as const
  const { host, result } = await postToAws(access, asked, giveUpAt, deps)
  return providerOutcome(result, host, deps.clock.now(), snsAnswers)
}

const GONE = { kind: 'dead', reason: 'misconfigured' } as const

const snsAnswers: ProviderAnswers = {
  read({ status, body }) {
    if (status === 200 && /<MessageId>[\w-]+<\/MessageId>/.test(body)) return { taken: true }
    const code = codeIn(/<Code>([^<]{1,100})<\/Code>/.exec(body)?.[1])
    return code === undefined ? undefined : { code }
  },
  codes: {
    ...awsCodes,
    EndpointDisabled: GONE,
    PlatformApplicationDisabled: GONE,
    KMSDisabled: GONE,
    KMSNotFound: GONE,
    // The owner of the number wants no messages, or the number was not verified for a test account.
    OptedOut: GONE,
    UserError: GONE,
    VerificationException: GONE,
  },
}
