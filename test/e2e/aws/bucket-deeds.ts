import { SignatureV4 } from '@smithy/signature-v4'
import { Sha256 } from '../../../shared/secret/sha256.ts'
import type { Clients, Deed } from './deeds.ts'
import { REGION } from './ministack.ts'

/** A request to S3 with the rights of a role; a refusal is thrown by its name. */
export type AskS3 = (method: string, path: string, query?: Record<string, string>) => Promise<void>

export function s3Of(url: string, credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string }) {
  const signer = new SignatureV4({ service: 's3', region: REGION, credentials, sha256: Sha256, uriEscapePath: false })
  const ask: AskS3 = async (method, path, query = {}) => {
    const { protocol, hostname, host } = new URL(url)
    const { headers } = await signer.sign({ method, protocol, hostname, path, query, headers: { host } })
    const { host: _, ...rest } = headers
    const asked = Object.keys(query).length === 0 ? '' : `?${new URLSearchParams(query)}`
    const response = await fetch(url + path + asked, { method, headers: rest })
    const said = await response.text()
    if (response.ok) return
    throw Object.assign(new Error(said), { name: /<Code>(\w+)</.exec(said)?.[1] ?? String(response.status) })
  }
  return ask
}

/** Deeds on the bucket of the trail, beyond reading the files of the trail. */
export function bucketDeeds(bucket: string): Deed[] {
  const on = `arn:aws:s3:::${bucket}`
  const deed = (action: string, resource: string, act: (s3: AskS3) => Promise<void>): Deed => ({
    ...{ action, resource },
    do: ({ s3 }: Clients) => act(s3),
  })
  const forged = '/AWSLogs/forged.json.gz'
  return [
    deed('s3:GetObject', `${on}/beside.json.gz`, (s3) => s3('GET', `/${bucket}/beside.json.gz`)),
    deed('s3:PutObject', on + forged, (s3) => s3('PUT', `/${bucket}${forged}`)),
    deed('s3:DeleteObject', on + forged, (s3) => s3('DELETE', `/${bucket}${forged}`)),
    deed('s3:ListBucket', on, (s3) => s3('GET', `/${bucket}`, { 'list-type': '2' })),
  ]
}
