import { generateKeyPairSync, sign } from 'node:crypto'

/**
 * A self-signed certificate for one name, made at the moment: no key lies in the repository, and no certificate
 * expires.
 */
export function selfSigned(name: string): { key: string; cert: string } {
  // Browsers know P-256, and not Ed25519.
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  // 1.2.840.10045.4.3.2 ECDSA with SHA-256 (RFC 5758), 2.5.4.3 common name, 2.5.29.17 subject alternative name.
  const algorithm = sequence(der(0x06, Buffer.from([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02])))
  const subject = sequence(
    der(0x31, sequence(der(0x06, Buffer.from([0x55, 0x04, 0x03])), der(0x0c, Buffer.from(name)))),
  )
  const validity = sequence(der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z')))
  const names = der(0x04, sequence(der(0x82, Buffer.from(name))))
  const extensions = sequence(sequence(der(0x06, Buffer.from([0x55, 0x1d, 0x11])), names))
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    subject,
    validity,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  )
  const signature = der(0x03, Buffer.from([0]), sign('sha256', content, privateKey))
  // The length of an ECDSA signature differs. A text of full lines must not end in an empty line, which OpenSSL refuses.
  const lines = sequence(content, algorithm, signature)
    .toString('base64')
    .match(/.{1,64}/g) as string[]
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  }
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts)
}

/** Tag, length, content; lengths here are below 65,536. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
