export interface AwsFailure {
  /** The code of the service, such as `ThrottlingException`, or of Node, such as `ECONNRESET`. */
  code: string
  message: string
  /** Absent: no whole answer came, so the service may have done the work. */
  status?: number
  cause?: unknown
}

/** A call that failed. Its name is the code of the failure. */
export class AwsError extends Error {
  readonly status: number | undefined
  /** Requests that were sent for the call. */
  readonly attempts: number

  constructor({ code, message, status, cause }: AwsFailure, attempts: number) {
    super(message, { cause })
    this.name = code
    this.status = status
    this.attempts = attempts
  }
}
