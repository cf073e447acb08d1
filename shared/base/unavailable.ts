/**
 * A dependency of this process did not answer, or refused for the moment: time-out, throttling, a full disk. The same
 * call may succeed later. The adapters of table and queue throw this error; an adapter's error of another type is a
 * bug.
 */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
  readonly dependency: Dependency
  /** The failed operation: a method of the port, or a request of the service. */
  readonly operation: string

  constructor(dependency: Dependency, operation: string, cause: unknown) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    super(`${dependency}: ${operation} failed: ${reason}`, { cause })
    this.dependency = dependency
    this.operation = operation
  }
}

export type Dependency = 'table' | 'queue'
