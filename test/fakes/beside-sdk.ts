import type { AwsClient } from '../../shared/aws/client.ts'

/** The client of the product, with the SDK of AWS beside it: tests call `send` of the SDK. `destroy` closes both. */
export function besideSdk<Sdk extends { destroy(): void }>(sdk: Sdk, own: AwsClient): Sdk & AwsClient {
  const destroySdk = sdk.destroy.bind(sdk)
  const destroy = (): void => {
    own.destroy()
    destroySdk()
  }
  return Object.assign(sdk, { call: own.call, destroy })
}
