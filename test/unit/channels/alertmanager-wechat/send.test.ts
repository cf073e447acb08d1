import { expect, test } from 'vitest'
import { alertmanagerWeChatKind as kind } from '../../../../shared/channels/alertmanager-wechat/kind.ts'
import { sendAlertmanagerWeChat as send } from '../../../../shared/channels/alertmanager-wechat/send.ts'
import { attempt } from '../alertmanager/story.ts'

const app = (secret: string) => ({
  corp_id: 'c',
  api_secret: secret,
  message: '{{ .Status }}',
  to_user: '@all',
  agent_id: '1',
})
const TOKEN = { body: { errcode: 0, access_token: 't', expires_in: 7200 } }
const OK = { body: { errcode: 0 } }

test('a token is asked for once, and again when it has ended', async () => {
  const first = await attempt(kind, send, app('one'), { answers: [TOKEN, OK] })
  expect(first.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=c&corpsecret=one',
    'POST https://qyapi.weixin.qq.com/cgi-bin/message/send?access_token=t',
  ])
  expect(first.bodies[1]).toEqual({
    ...{ text: { content: 'firing' }, markdown: { content: '' } },
    ...{ touser: '@all', agentid: '1', safe: '0', msgtype: 'text' },
  })
  const ended = await attempt(kind, send, app('one'), { answers: [{ body: { errcode: 42001 } }] })
  expect([ended.requests.length, ended.outcome.kind]).toEqual([1, 'refused'])
  const again = await attempt(kind, send, app('one'), { answers: [TOKEN, OK] })
  expect([again.requests.length, again.outcome.kind]).toEqual([2, 'arrived'])
})

test('without a token nothing is sent, and no doubt is left', async () => {
  const wrong = await attempt(kind, send, app('two'), { answers: [{ body: { errcode: 40001, errmsg: 'x' } }] })
  expect([wrong.requests.length, wrong.outcome.kind]).toEqual([1, 'dead'])
  const silent = await attempt(kind, send, app('two'), { answers: [{ body: '<html>' }] })
  expect([silent.requests.length, silent.outcome.kind]).toEqual([1, 'refused'])
})
