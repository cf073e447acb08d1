import { endpointOf, ownRegion, roleKeys } from './clients/settings.ts'

/**
 * A variable of the function's environment. A missing variable ends the start with an error that names the variable:
 * never a guess, never half a start.
 */
export function env(name: string): string {
  const value = optionalEnv(name)
  if (value === undefined) throw new Error(`the environment variable ${name} is not set`)
  return value
}

/** A variable that may be absent. An empty variable counts as absent. */
export function optionalEnv(name: string): string | undefined {
  return process.env[name] || undefined
}

/** The entries of a list, divided by comma or space, as on a single machine. */
export function listOf(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter((entry) => entry !== '')
}

/** The role of the function, and other addresses of the services that channels send to. */
export function role() {
  const keys = roleKeys()
  if (!keys.accessKeyId || !keys.secretAccessKey) return undefined
  return {
    ...keys,
    endpoints: {
      events: process.env.AWS_ENDPOINT_URL_EVENTBRIDGE || undefined,
      email: process.env.AWS_ENDPOINT_URL_SESV2 || undefined,
      sns: process.env.AWS_ENDPOINT_URL_SNS || undefined,
      lambda: process.env.AWS_ENDPOINT_URL_LAMBDA || undefined,
    },
  }
}

/** The region and the address of S3. */
export function s3(): { region: string; endpoint?: string } {
  return { region: ownRegion(), endpoint: endpointOf('s3') }
}
