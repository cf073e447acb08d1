import type { Meaning } from '../http/provider-answer.ts'

const BUSY: Meaning = { kind: 'refused', reason: 'rateLimited' }
const BROKEN: Meaning = { kind: 'refused', reason: 'serverError' }
const NO_RIGHT: Meaning = { kind: 'dead', reason: 'authError' }
const WRONG: Meaning = { kind: 'dead', reason: 'clientError' }

function all(codes: readonly string[], meaning: Meaning): Record<string, Meaning> {
  return Object.fromEntries(codes.map((code) => [code, meaning]))
}

/**
 * Codes that every service of AWS has, whatever the status: AWS throttles with 400, 429 and 503
 * (https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html). Services differ in the spelling.
 */
export const awsCodes: Readonly<Record<string, Meaning>> = {
  ...all(
    [
      ...['Throttled', 'ThrottledException', 'Throttling', 'ThrottlingException', 'RequestThrottled'],
      ...['TooManyRequestsException', 'RequestLimitExceeded', 'KMSThrottling', 'KMSThrottlingException'],
    ],
    BUSY,
  ),
  ...all(
    ['InternalError', 'InternalFailure', 'InternalServiceError', 'ServiceException', 'ServiceUnavailable'],
    BROKEN,
  ),
  ...all(
    [
      ...['AccessDenied', 'AccessDeniedException', 'AuthorizationError', 'NotAuthorized', 'OptInRequired'],
      ...['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'InvalidClientTokenId', 'InvalidSecurity'],
      ...['IncompleteSignature', 'InvalidSignatureException', 'SignatureDoesNotMatch'],
      ...['MissingAuthenticationToken', 'UnrecognizedClientException', 'KMSAccessDenied', 'KMSAccessDeniedException'],
    ],
    NO_RIGHT,
  ),
  ...all(['InvalidParameter', 'InvalidParameterValue', 'ParameterValueInvalid', 'ValidationError', 'NotFound'], WRONG),
}
