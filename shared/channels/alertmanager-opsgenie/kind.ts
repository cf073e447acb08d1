import * as z from 'zod'
import type { SettingsOf } from '../../settings/field.ts'
import {
  call,
  receiverHttpFields,
  secretWords,
  serviceUrl,
  switchField,
  templateList,
  templateMapping,
  templateText,
  words,
} from '../alertmanager/fields.ts'
import { receiverKind } from '../alertmanager/kind.ts'
import { httpTimeoutMs } from '../http/settings.ts'
import { OPSGENIE_URL } from '../opsgenie/kind.ts'

const optional = templateText.default('')
const TYPES = /^(?:teams?|user|escalation|schedule)$/i

const responder = z
  .strictObject({
    id: optional,
    name: optional,
    username: optional,
    type: templateText.refine((type) => type.includes('{{') || TYPES.test(type), {
      error: 'is none of team, teams, user, escalation, schedule',
    }),
  })
  .refine(({ id, name, username }) => id !== '' || name !== '' || username !== '', 'needs an id, a username or a name')

const fields = {
  api_url: serviceUrl(`${OPSGENIE_URL}/`),
  api_key: secretWords('API key'),
  message: words('Message', call('opsgenie.default.message')),
  description: words('Description', call('opsgenie.default.description')),
  source: words('Source', call('opsgenie.default.source')),
  details: templateMapping('Details', templateText, 'The common labels are details too.'),
  responders: templateList('Responders', responder),
  entity: words('Entity'),
  actions: words('Actions'),
  tags: words('Tags'),
  note: words('Note'),
  priority: words('Priority'),
  update_alerts: switchField('Message and description are updated'),
  ...receiverHttpFields,
}

/** Settings of a receiver for Opsgenie, secrets in plain text. */
export type AlertmanagerOpsgenieSettings = SettingsOf<typeof fields>

export const alertmanagerOpsgenieKind = receiverKind({
  type: 'alertmanager-opsgenie',
  label: 'Opsgenie, as a receiver of an alertmanager.yml',
  list: 'opsgenie_configs',
  fields,
  timeoutMs: httpTimeoutMs,
})
