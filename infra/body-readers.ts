/** The readers of a request's body over its bytes: https://fetch.spec.whatwg.org/#body-mixin */
export abstract class BodyReaders {
  abstract bytes(): Promise<Uint8Array>

  async arrayBuffer(): Promise<ArrayBuffer> {
    return new Uint8Array(await this.bytes()).buffer
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes())
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text())
  }
}
