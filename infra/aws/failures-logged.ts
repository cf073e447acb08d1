import { errorText, log } from './log.ts'

/**
 * The same port, with a log line for every call that throws: handlers answer 503 or hand the message
 * back, and only here is known what the service said, such as which action its role lacks.
 */
export function failuresLogged<Port extends object>(what: string, port: Port): Port {
  const logged = Object.entries(port as Record<string, Call>).map(([name, call]): [string, Call] => [
    name,
    async (...given) => {
      try {
        return await call(...given)
      } catch (error) {
        log('error', `${what}: ${name} failed`, { error: errorText(error) })
        throw error
      }
    },
  ])
  return Object.fromEntries(logged) as Port
}

type Call = (...given: unknown[]) => Promise<unknown>
