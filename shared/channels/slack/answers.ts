import { bodyOf, codeIn } from '../http/body.ts'
import type { Meaning, ProviderAnswers } from '../http/provider-answer.ts'

const WRONG: Meaning = { kind: 'dead', reason: 'clientError' }
const AUTH: Meaning = { kind: 'dead', reason: 'authError' }
const GONE: Meaning = { kind: 'dead', reason: 'gone' }
const ELSEWHERE: Meaning = { kind: 'dead', reason: 'misconfigured' }
const BUSY: Meaning = { kind: 'refused', reason: 'serverError' }
const LIMITED: Meaning = { kind: 'refused', reason: 'rateLimited' }

/**
 * An incoming webhook answers `ok`, or a word for the problem
 * (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors).
 */
export const webhookAnswers: ProviderAnswers = {
  read({ body }) {
    const word = codeIn(body.trim())
    if (word === 'ok') return { taken: true }
    return word === undefined ? undefined : { code: word }
  },
  codes: {
    invalid_payload: WRONG,
    no_text: WRONG,
    too_many_attachments: WRONG,
    msg_blocks_too_long: WRONG,
    action_prohibited: ELSEWHERE,
    posting_to_general_channel_denied: ELSEWHERE,
    channel_not_found: ELSEWHERE,
    user_not_found: ELSEWHERE,
    invalid_token: AUTH,
    // The webhook was removed, or its workspace or channel was.
    no_service: GONE,
    no_active_hooks: GONE,
    no_team: GONE,
    team_disabled: GONE,
    channel_is_archived: GONE,
    rollup_error: BUSY,
    rate_limited: LIMITED,
  },
}

/** The API answers 200 with `ok`, or with a word in `error` (https://docs.slack.dev/reference/methods/chat.postMessage). */
export const apiAnswers: ProviderAnswers = {
  read({ body }) {
    const { ok, error } = bodyOf(body)
    if (ok === true) return { taken: true }
    const code = ok === false ? codeIn(error) : undefined
    return code === undefined ? undefined : { code }
  },
  codes: {
    ratelimited: LIMITED,
    rate_limited: LIMITED,
    message_limit_exceeded: LIMITED,
    fatal_error: BUSY,
    internal_error: BUSY,
    service_unavailable: BUSY,
    request_timeout: BUSY,
    team_added_to_org: BUSY,
    invalid_auth: AUTH,
    not_authed: AUTH,
    account_inactive: AUTH,
    token_revoked: AUTH,
    token_expired: AUTH,
    no_permission: AUTH,
    missing_scope: AUTH,
    not_allowed_token_type: AUTH,
    access_denied: AUTH,
    org_login_required: AUTH,
    channel_not_found: ELSEWHERE,
    not_in_channel: ELSEWHERE,
    restricted_action: ELSEWHERE,
    is_archived: GONE,
    msg_blocks_too_long: WRONG,
    msg_too_long: WRONG,
    invalid_blocks: WRONG,
    invalid_blocks_format: WRONG,
    invalid_attachments: WRONG,
    invalid_arguments: WRONG,
    no_text: WRONG,
    too_many_attachments: WRONG,
  },
}

/** Codes by which a message cannot be changed any more, although another message may be posted. */
const LOST = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'channel_not_found',
  'is_inactive',
])

export function cannotChange(body: string): boolean {
  return LOST.has(String(bodyOf(body).error))
}
