/** A client of a service of AWS, such as DynamoDB. Operations, inputs and outputs are those of the API of the service. */
export interface AwsClient {
  /**
   * Calls an operation, again after a failure that may pass. Returns the output. Throws an `AwsError` when the service
   * refuses the call, or when no attempt got an answer.
   */
  call(operation: string, input: object): Promise<unknown>
  /** Closes the connections. */
  destroy(): void
}
