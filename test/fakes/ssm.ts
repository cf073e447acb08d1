import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** SSM with one request, GetParameter: the functions make no other. */
export interface Ssm {
  url: string
  /** Requested names, in order. */
  asked: string[]
  stop(): Promise<void>
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export async function startSsm(parameters: Readonly<Record<string, string>>): Promise<Ssm> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => (text += chunk))
    request.on('end', () => {
      const { Name, WithDecryption } = JSON.parse(text) as { Name: string; WithDecryption?: boolean }
      asked.push(Name)
      const value = new Map(Object.entries(parameters)).get(Name)
      const answer =
        value === undefined
          ? { __type: 'ParameterNotFound', message: `no ${Name}` }
          : { Parameter: { Name, Type: 'SecureString', Value: WithDecryption ? value : 'ciphertext' } }
      response.writeHead(value === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async stop() {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}
