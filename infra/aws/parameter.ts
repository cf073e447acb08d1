import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'

/** The timeouts together stay below the 10 s that Lambda gives a start. */
const CONNECT_MS = 1000
const REQUEST_MS = 2000
const ATTEMPTS = 3

/** As in `shared/dynamodb/client.ts`: values not given come from the environment. */
const ssmClient = (options: { endpoint?: string }): SSMClient =>
  new SSMClient({
    ...options,
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      // The timeout above ends with the head of the answer; the SDK's own timeout for a body that stops in the middle
      // is minutes.
      socketTimeout: REQUEST_MS,
      throwOnRequestTimeout: true,
    },
  })

/**
 * A secret, read once at the start of the function, so that the function's configuration contains no secret. An
 * unreadable secret ends the start with an error that names the secret: never half a start.
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
