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

/**
 * The role of the function. Lambda puts the keys of the role into the environment, and begins another process before
 * the keys expire. `infra/aws/clients/settings.ts` reads the same variables, also those of the endpoints.
 */
export function role() {
  const accessKeyId = process.env.AWS_ACCESS_KEY_ID
  const secretAccessKey = process.env.AWS_SECRET_ACCESS_KEY
  if (!accessKeyId || !secretAccessKey) return undefined
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: process.env.AWS_SESSION_TOKEN || undefined,
    endpoints: {
      events: process.env.AWS_ENDPOINT_URL_EVENTBRIDGE || undefined,
      email: process.env.AWS_ENDPOINT_URL_SESV2 || undefined,
      sns: process.env.AWS_ENDPOINT_URL_SNS || undefined,
      lambda: process.env.AWS_ENDPOINT_URL_LAMBDA || undefined,
    },
  }
}

/**
 * The region and the address of S3, as the clients of other services find both: a test may put another address in place of AWS's own.
 */
export function s3(): { region: string; endpoint?: string } {
  const region = process.env.AWS_REGION ?? ''
  return { region, endpoint: process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL || undefined }
}
