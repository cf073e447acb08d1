import { alertmanagerSlackKind } from '../../../channels/alertmanager-slack/kind.ts'
import type { Problem } from '../../../problem/problem.ts'
import { isEmpty } from '../../reading/mapping.ts'
import { FILES } from '../file/schema.ts'
import { kindList } from './kind-list.ts'
import type { EntryContext, EntryRead, ReceiverList, Written } from './list.ts'

const APP_URL = 'https://slack.com/api/chat.postMessage'

const webhooks = kindList({
  list: 'slack_configs',
  kind: alertmanagerSlackKind,
  sendResolved: false,
  inherited: { api_url: 'slack_api_url' },
  files: ['api_url'],
  timeout: true,
})

/** A token of an app becomes the login, and the address of the API the URL. */
export const slackList: ReceiverList = { list: webhooks.list, sendResolved: webhooks.sendResolved, read: readSlack }

function readSlack(entry: Written, context: EntryContext): EntryRead {
  const { app_token: own, app_token_file: file, app_url: ownUrl, ...rest } = entry
  const { global, http } = context
  const problems: Problem[] = isEmpty(file) ? [] : [{ path: 'app_token_file', message: FILES }]
  const given = (name: string): boolean => !isEmpty(rest[name])
  if (!isEmpty(own) && (given('api_url') || given('api_url_file'))) {
    problems.push({ path: 'app_token', message: 'is given beside api_url: choose one' })
  }
  const shares = isEmpty(own) && isEmpty(file) && http.authorization === undefined && !given('api_url')
  if (shares && !given('api_url_file') && !isEmpty(global.slack_app_token_file)) {
    problems.push({ path: 'app_token', message: `stands in global.slack_app_token_file, which ${FILES}` })
  }
  const token = isEmpty(own) ? (shares ? global.slack_app_token : undefined) : own
  if (isEmpty(token)) return withProblems(webhooks.read(rest, context), problems)
  if (!isEmpty(own) && http.authorization !== undefined) {
    problems.push({ path: 'http_config.authorization', message: 'is given beside app_token: choose one' })
  }
  const url = [ownUrl, global.slack_app_url].find((one) => !isEmpty(one)) ?? APP_URL
  const { basicAuth: _basic, authorization: _other, ...others } = http
  const login = { ...others, authorization: { type: 'Bearer', credentials: token } }
  return withProblems(webhooks.read({ ...rest, api_url: url }, { ...context, http: login }), problems)
}

function withProblems(read: EntryRead, problems: readonly Problem[]): EntryRead {
  return { ...read, problems: [...problems, ...read.problems] }
}
