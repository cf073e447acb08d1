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

/** Entries by comma or space, as on one machine. */
export function listOf(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter((entry) => entry !== '')
}
