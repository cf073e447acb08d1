/** A variable of the function's environment. A missing one ends the start, by name: never a guess, never half a start. */
export function env(name: string): string {
  const value = optionalEnv(name)
  if (value === undefined) throw new Error(`the environment variable ${name} is not set`)
  return value
}

/** An empty variable is an absent one. */
export function optionalEnv(name: string): string | undefined {
  return process.env[name] || undefined
}

/** 32 bytes in base64 (either alphabet). The value itself is never shown. */
export function envKey(name: string): Buffer {
  const text = env(name)
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text))
    throw new Error(`the environment variable ${name} has to be 32 bytes in base64`)
  return Buffer.from(text, 'base64')
}
