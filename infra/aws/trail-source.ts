import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { TrailIntake } from '../../shared/intake/post.ts'
import { systemClock } from '../clock.ts'
import { s3 } from './env.ts'
import { type HttpHandler, type HttpPlace, lambdaHttp } from './http.ts'
import { objectReader } from './object.ts'
import { lambdaQueue } from './queue.ts'
import type { LambdaFunction } from './shell.ts'
import { FILE_BYTES, type TrailQueue, trailHandler } from './trail.ts'

/** The account and the integration of the trail's records. */
export interface TrailOwner {
  account: string
  integration: string
}

/** `account/integration`; undefined: this function has no trail. */
export function trailOf(
  named: string | undefined,
  intakeOf: (owner: TrailOwner) => TrailIntake,
): TrailQueue | undefined {
  if (named === undefined) return undefined
  const [account = '', integration = '', ...more] = named.split('/')
  if (account === '' || integration === '' || more.length > 0) {
    throw new Error('TOCSIN_TRAIL_INTEGRATION has to be account/integration')
  }
  const read = objectReader({ clock: systemClock, limitBytes: FILE_BYTES, ...s3() })
  return { intake: intakeOf({ account, integration }), read }
}

/** A single function behind the gateway and behind the trail's queue, when the deployment has a trail. */
export function httpAndTrail(
  handle: HttpHandler,
  place: HttpPlace,
  trail: TrailQueue | undefined,
): LambdaFunction<APIGatewayProxyEventV2 | SQSEvent, APIGatewayProxyStructuredResultV2 | SQSBatchResponse> {
  const http = lambdaHttp(handle, place)
  const queue = trail && lambdaQueue(trailHandler(trail))
  return async (event, context) => {
    if (!('Records' in event)) return await http(event, context)
    if (queue === undefined) throw new Error('this function has no queue')
    return await queue(event, context)
  }
}
