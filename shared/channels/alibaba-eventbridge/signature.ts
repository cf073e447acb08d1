import { createHmac } from 'node:crypto'

/**
 * The `authorization` of a request to Alibaba Cloud's EventBridge: HMAC-SHA1 over the method, selected headers and
 * the path, as the service's own clients compute the signature
 * (https://github.com/aliyun/alibabacloud-eventbridge-sdk). The signature does not cover the body.
 */
export function signAlibaba(
  keys: { accessKeyId: string; accessKeySecret: string },
  request: { method: string; path: string; headers: Readonly<Record<string, string>> },
): string {
  const signature = createHmac('sha1', keys.accessKeySecret).update(stringToSign(request)).digest('base64')
  return `acs:${keys.accessKeyId}:${signature}`
}

/** Names of headers are in lower case here. */
function stringToSign({ method, path, headers }: Parameters<typeof signAlibaba>[1]): string {
  const own = Object.entries(headers)
    .filter(([name]) => name.startsWith('x-acs-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value.replace(/[\t\n\r\f]/g, ' ').trim()}`)
  const usual = ['content-md5', 'content-type', 'date'].map((name) => headers[name] ?? '')
  return [method, ...usual, ...own, path].join('\n')
}
