import type { ClientOptions } from './clients/settings.ts'
import { ssmClient } from './clients/ssm.ts'

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
interface GetParameterOutput {
  Parameter?: { Value?: string }
}

/**
 * A secret, read once at the start of the function, so that the function's configuration contains no secret. An
 * unreadable secret ends the start with an error that names the secret: never half a start.
 */
export async function parameter(name: string, options: ClientOptions = {}): Promise<string> {
  const client = ssmClient(options)
  try {
    const output = await client.call('GetParameter', { Name: name, WithDecryption: true })
    const { Parameter } = output as GetParameterOutput
    if (!Parameter?.Value) throw new Error('it is empty')
    return Parameter.Value
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    throw new Error(`the parameter ${name} cannot be read: ${why}`, { cause: error })
  } finally {
    client.destroy()
  }
}
