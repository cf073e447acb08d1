import { createGunzip, gunzip } from 'node:zlib'

/** https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1 */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** The unpacked bytes. Undefined: more than `limitBytes`. Throws when the bytes are not a whole gzip stream. */
export async function unpack(bytes: Uint8Array, limitBytes: number): Promise<Uint8Array | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | undefined>()
  gunzip(bytes, { maxOutputLength: limitBytes }, (error: NodeJS.ErrnoException | null, unpacked) => {
    if (error === null) resolve(unpacked)
    else if (error.code === 'ERR_BUFFER_TOO_LARGE') resolve(undefined)
    else reject(error)
  })
  return await promise
}

/** The unpacked bytes, piece by piece: the memory has a few pieces, however large the whole is. Throws as above. */
export async function* unpackInPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: pieceBytes })
  stream.end(bytes)
  yield* stream as AsyncIterable<Uint8Array>
}
