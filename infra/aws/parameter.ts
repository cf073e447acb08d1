import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { type ClientOptions, clientSettings } from './clients/settings.ts'

/** Three attempts together stay below the 10 s that Lambda gives a start. */
const REQUEST_MS = 2000

/**
 * A secret, read once at the start of the function, so that the function's configuration contains no secret. An
 * unreadable secret ends the start with an error that names the secret: never half a start.
 */
export async function parameter(name: string, options: ClientOptions = {}): Promise<string> {
  const client = new SSMClient(clientSettings(REQUEST_MS, options))
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
