import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { parameter } from '../../../infra/aws/parameter.ts'
import { secretBox } from '../../../infra/aws/secrets.ts'
import { createSecretBox } from '../../../shared/secret/seal.ts'
import { type Ssm, startSsm } from '../../fakes/ssm.ts'

const KEY = Buffer.alloc(32, 255)

let ssm: Ssm
beforeEach(async () => {
  ssm = await startSsm({
    '/tocsin/dev/admin-key': 'swordfish',
    '/standard': KEY.toString('base64'),
    '/url-alphabet': KEY.toString('base64url'),
    '/no-key': 'hunter2',
  })
  vi.stubEnv('AWS_ENDPOINT_URL_SSM', ssm.url)
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await ssm.stop()
})

describe('a parameter of SSM', () => {
  test('is read decrypted, once', async () => {
    expect(await parameter('/tocsin/dev/admin-key')).toBe('swordfish')
    expect(ssm.asked).toEqual(['/tocsin/dev/admin-key'])
  })

  test('that is missing ends the start by its name', async () => {
    await expect(parameter('/tocsin/dev/gone')).rejects.toThrow(
      'the parameter /tocsin/dev/gone cannot be read: ParameterNotFound',
    )
  })

  test.each(['/standard', '/url-alphabet'])('holds a key in base64 (%s)', async (name) => {
    const same = createSecretBox(KEY, Buffer.alloc)
    expect((await secretBox(name)).mac('test')).toEqual(same.mac('test'))
  })

  test('that holds no key is refused and not shown', async () => {
    const read = secretBox('/no-key')
    await expect(read).rejects.toThrow(/\/no-key has to be 32 bytes/)
    await expect(read).rejects.not.toThrow(/hunter2/)
  })
})
