/** Takes bodies in that reach an integration without a request to its URL: files and events of a cloud's own trail. */
export interface TrailIntake {
  /**
   * Takes one body, as a post of it to the integration's URL would. True: its records are in the queue, or the body
   * was refused and kept for the owner of the integration. False, or a throw: nobody has the body yet. A body that
   * comes twice or late is safe, since records are known by their ids.
   */
  take(body: Uint8Array): Promise<boolean>
  /** Keeps a refusal for the owner where no body can be read at all, with the reason. */
  refuse(message: string): Promise<boolean>
}
