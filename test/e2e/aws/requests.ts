import { REGION } from './ministack.ts'

/** The name of a request, in the words of the service. */
// biome-ignore lint/suspicious/noExplicitAny: answers of forty operations, of which tests read a field or two.
export type Answer = Record<string, any>

/**
 * Requests to the emulator as root, without a checked signature. AWS's own clients would be six further packages;
 * requests under a role use the real clients.
 */
export interface Requests {
  /** Services with the JSON protocol: `json('ssm', 'AmazonSSM.GetParameter', {…})`. */
  json(service: string, operation: string, body: object): Promise<Answer>
  /** Services with forms and XML. */
  form(service: string, version: string, parameters: Record<string, string>): Promise<string>
  lambda(method: string, path: string, body?: object): Promise<{ headers: Headers; answer: Answer }>
  /** Services with paths of their own. */
  rest(service: string, method: string, path: string, body?: string | Uint8Array): Promise<string>
}

/** MiniStack reads its own tables while other threads change them, and answers 500 then: AWS's own clients ask again. */
const MINISTACK_RACE = 'changed size during iteration'
const TRIES = 5

export function requestsTo(url: string): Requests {
  const send = async (
    service: string,
    path: string,
    init: RequestInit,
    tries = TRIES,
  ): Promise<{ text: string; headers: Headers }> => {
    const scope = `test/20260101/${REGION}/${service}/aws4_request`
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`
    const response = await fetch(url + path, { ...init, headers: { ...init.headers, authorization } })
    const text = await response.text()
    if (tries > 1 && response.status === 500 && text.includes(MINISTACK_RACE)) {
      return await send(service, path, init, tries - 1)
    }
    if (!response.ok) throw new Error(`${service}: ${response.status} ${text}`)
    return { text, headers: response.headers }
  }
  return {
    async json(service, operation, body) {
      const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': operation }
      const { text } = await send(service, '/', { method: 'POST', headers, body: JSON.stringify(body) })
      return text === '' ? {} : JSON.parse(text)
    },
    async form(service, version, parameters) {
      const body = new URLSearchParams({ Version: version, ...parameters })
      return (await send(service, '/', { method: 'POST', body })).text
    },
    async lambda(method, path, body) {
      const init = { method, ...(body ? { body: JSON.stringify(body) } : {}) }
      const { text, headers } = await send('lambda', path, init)
      return { headers, answer: text === '' ? {} : JSON.parse(text) }
    },
    async rest(service, method, path, body) {
      const given = typeof body === 'string' ? body : body && Buffer.from(body)
      return (await send(service, path, { method, ...(given === undefined ? {} : { body: given }) })).text
    },
  }
}

/** The texts of the elements of a name. */
export function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text as string)
}
