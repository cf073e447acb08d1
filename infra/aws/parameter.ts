import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'

/** Together they stay below the 10 s that Lambda gives a start. */
const CONNECT_MS = 1000
const REQUEST_MS = 2000
const ATTEMPTS = 3

/** As in `shared/dynamodb/client.ts`: what is not given comes from the environment. */
const ssmClient = (options: { endpoint?: string }): SSMClient =>
  new SSMClient({
    ...options,
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      // The one above ends with the answer's head; the SDK's own for a body that stops coming is minutes.
      socketTimeout: REQUEST_MS,
      throwOnRequestTimeout: true,
    },
  })

/**
 * A secret, read once when the function starts, so that none stands in its configuration. One that cannot
 * be read ends the start by its name: never half a start.
 */
export async function parameter(name: string, options: { endpoint?: string } = {}): Promise<string> {
  const client = ssmClient(options)
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }))
    if (!Parameter?.Value) throw new Error('it is empty')
    return Parameter.Value
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    throw new Error(`the parameter ${name} cannot be read: ${why}`, { cause: error })
  } finally {
    client.destroy()
  }
}
