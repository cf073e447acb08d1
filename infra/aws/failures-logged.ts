import { errorText, log } from './log.ts'

/**
 * The same port, with a log line for every call that throws: handlers answer 503 or hand the message
 * back, and only here is known what the service said, such as which action its role lacks.
 */
export function failuresLogged<Port extends object>(what: string, port: Port): Port {
  const logged = Object.entries(port).map(([name, value]) => [
    name,
    typeof value === 'function' ? loggedCall(`${what}: ${name}`, value as Call) : value,
  ])
  return Object.fromEntries(logged) as Port
}

function loggedCall(what: string, call: Call): Call {
  return async (...given) => {
    try {
      return await call(...given)
    } catch (error) {
      log('error', `${what} failed`, { error: errorText(error) })
      throw error
    }
  }
}

type Call = (...given: unknown[]) => Promise<unknown>
