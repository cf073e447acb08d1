import type { Outcome } from '../../delivery/outcome.ts'
import { cutText } from '../alertmanager/cut.ts'
import { groupKeyHash } from '../alertmanager/group-key.ts'
import { omitEmpty } from '../alertmanager/omit-empty.ts'
import { post } from '../alertmanager/post.ts'
import { type ReceiverMessage, written } from '../alertmanager/written.ts'
import { afterPart } from '../http/answer.ts'
import { opsgenieAnswers } from '../opsgenie/send.ts'
import { type AlertmanagerOpsgenieSettings, alertmanagerOpsgenieKind } from './kind.ts'

/** https://docs.opsgenie.com/docs/alert-api#create-alert */
const MESSAGE_CHARS = 130

interface Asked {
  method: 'POST' | 'PUT'
  path: string
  body: object
}

/**
 * Opens or closes the alert of the group, and updates it if the settings say so. Twice is safe: the alias makes a
 * request that comes again a repetition.
 */
export const sendAlertmanagerOpsgenie = written(alertmanagerOpsgenieKind, async (settings, content, deps) => {
  const base = settings.api_url.replace(/\/*$/, '/')
  const more = { authorization: `GenieKey ${settings.api_key.trim()}` }
  const [first, ...changes] = requestsOf(settings, content)
  const ask = async ({ method, path, body }: Asked): Promise<Outcome> =>
    await post({ url: base + path, method, body, more }, settings, content, deps, opsgenieAnswers)
  let outcome = await ask(first!)
  for (const change of changes) {
    if (outcome.kind !== 'arrived') return outcome
    outcome = afterPart(await ask(change))
  }
  return outcome
})

function requestsOf(settings: AlertmanagerOpsgenieSettings, content: ReceiverMessage): Asked[] {
  const alias = groupKeyHash(content.notification.groupKey)
  const of = (part: string): string => `v2/alerts/${alias}/${part}?identifierType=alias`
  const { source, description, update_alerts: updates } = settings
  if (content.data.status === 'resolved') return [{ method: 'POST', path: of('close'), body: { source } }]
  const message = cutText(settings.message, MESSAGE_CHARS)
  const created = { method: 'POST', path: 'v2/alerts', body: alertOf(settings, message, alias, content) } as const
  if (!updates) return [created]
  return [
    created,
    { method: 'PUT', path: of('message'), body: omitEmpty({ message }) },
    { method: 'PUT', path: of('description'), body: omitEmpty({ description }) },
  ]
}

function alertOf(
  settings: AlertmanagerOpsgenieSettings,
  message: string,
  alias: string,
  { data }: ReceiverMessage,
): object {
  const { description, source, note, priority, entity } = settings
  return {
    ...{ alias, message, details: { ...data.commonLabels, ...settings.details }, source },
    ...omitEmpty({
      ...{ description, note, priority, entity },
      responders: settings.responders.flatMap(respondersOf),
      tags: namesIn(settings.tags),
      actions: namesIn(settings.actions),
    }),
  }
}

/** `teams` with several names are several responders. A responder whose templates made nothing is left out. */
function respondersOf({
  id,
  name,
  username,
  type: given,
}: AlertmanagerOpsgenieSettings['responders'][number]): object[] {
  if (id === '' && name === '' && username === '' && given === '') return []
  const type = TYPE.test(given) ? given.toLowerCase() : given
  if (type === 'teams') return namesIn(name).map((team) => ({ name: team, type: 'team' }))
  return [{ ...omitEmpty({ id, name, username }), type }]
}

const TYPE = /^[a-z]+$/i

function namesIn(text: string): string[] {
  return text
    .trim()
    .split(',')
    .filter((name) => name !== '')
}
