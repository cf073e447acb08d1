import { type AwsPrincipals, awsRefusal, mayUse } from './aws-gate.ts'
import { readMail } from './mail.ts'
import {
  type Provider,
  type ProviderAnswer,
  type ProviderOptions,
  type ProviderRequest,
  startProvider,
} from './provider.ts'

/*
 * Amazon SES, limited to `SendEmail` of a whole message
 * (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html). A sender is a mailbox of a verified domain.
 */

export interface SesMail extends ReturnType<typeof readMail> {
  to: string[]
}

interface SesOptions extends Omit<ProviderOptions<SesMail>, 'answer' | 'errorBody'> {
  region: string
  keys: AwsPrincipals
  /** Verified domains. */
  domains: string[]
}

const RECIPIENTS = 50
const MESSAGE_BYTES = 40 * 1024 * 1024

export async function startSes({ region, keys, domains, ...options }: SesOptions): Promise<Provider<SesMail>> {
  const answer = (request: ProviderRequest): ProviderAnswer<SesMail> => {
    const { method, path, headers, text } = request
    if (method !== 'POST' || path !== '/v2/email/outbound-emails') return refuse(404, 'NotFoundException')
    if (!headers['content-type']?.startsWith('application/json')) return refuse(415, 'BadRequestException')
    const unsigned = awsRefusal(request, { region, service: 'ses', keys })
    if (unsigned !== undefined) return refuse(403, unsigned)
    const { Destination, Content } = JSON.parse(text)
    const to: string[] = Destination?.ToAddresses ?? []
    const bytes = Buffer.from(Content?.Raw?.Data ?? '', 'base64')
    if (bytes.length === 0 || bytes.length > MESSAGE_BYTES) return refuse(400, 'BadRequestException')
    if (to.length === 0 || to.length > RECIPIENTS) return refuse(400, 'BadRequestException')
    const message = bytes.toString()
    const domain = /^From:[^\r\n]*@([\w.-]+)/im.exec(message)?.[1] ?? ''
    if (!domains.includes(domain)) return refuse(400, 'MessageRejected')
    if (!mayUse(request, keys, domain)) return refuse(403, 'AccessDeniedException')
    const MessageId = '010001868e5d8a9c-0f2f5d0c-8a0a-4a7b-9d56-2f0c6d0a1b2c-000000'
    return { status: 200, body: JSON.stringify({ MessageId }), kept: [{ to, ...readMail(message) }] }
  }
  return await startProvider({
    ...options,
    answer,
    errorBody: (status) => JSON.stringify({ message: status < 500 ? 'Too many requests' : 'Internal failure' }),
  })
}

function refuse(status: number, code: string): ProviderAnswer<SesMail> {
  return { status, refused: code, body: JSON.stringify({ __type: code, message: `the text of ${code}` }) }
}
