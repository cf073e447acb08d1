import { digest } from '../../base/hash.ts'
import { VERSION } from '../../base/version.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { OutboundResult } from '../../outbound/request.ts'
import { acsDate, sha256, signAcs3 } from './acs3.ts'

interface AlibabaKeys {
  accessKeyId: string
  accessKeySecret: string
  securityToken?: string | undefined
}

interface AlibabaCall {
  origin: string
  /** Name and version of the action. */
  action: string
  version: string
  query: Readonly<Record<string, string>>
}

/** Calls an action of an API of Alibaba Cloud that takes its parameters in the query (“RPC”), never in the clear. */
export async function callAlibaba(
  { accessKeyId, accessKeySecret, securityToken }: AlibabaKeys,
  { origin, action, version, query }: AlibabaCall,
  { id, begunAt, giveUpAt }: Pick<ToSend, 'id' | 'begunAt' | 'giveUpAt'>,
  { clock, chance, request }: Pick<SendDeps, 'clock' | 'chance' | 'request'>,
): Promise<{ host: string; result: OutboundResult }> {
  const { host, hostname } = new URL(origin)
  const signed = {
    host,
    'x-acs-action': action,
    'x-acs-version': version,
    'x-acs-date': acsDate(clock.now()),
    'x-acs-signature-nonce': digest([id, String(begunAt), String(chance())]),
    'x-acs-content-sha256': sha256(''),
    ...(securityToken !== undefined && { 'x-acs-security-token': securityToken }),
  }
  const keys = { accessKeyId, accessKeySecret }
  const asked = { method: 'POST', path: '/', query, headers: signed, bodyHash: sha256('') } as const
  const headers = { ...signed, 'user-agent': `Tocsin/${VERSION}`, authorization: signAcs3(keys, asked) }
  const url = `${origin}/?${new URLSearchParams(query)}`
  return { host: hostname, result: await request({ url, method: 'POST', headers, body: '', giveUpAt, secure: true }) }
}
