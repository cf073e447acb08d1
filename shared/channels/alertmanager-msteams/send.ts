import { post } from '../alertmanager/post.ts'
import { teamsReceiverAnswers } from '../alertmanager/teams-answers.ts'
import { written } from '../alertmanager/written.ts'
import { alertmanagerTeamsKind } from './kind.ts'

const COLORS = { firing: '8C1A1A', resolved: '2DC72D' }

/** Posts a card of the old form: https://learn.microsoft.com/en-us/outlook/actionable-messages/message-card-reference */
export const sendAlertmanagerTeams = written(alertmanagerTeamsKind, async (settings, content, deps) => {
  const { webhook_url: url, title, summary, text } = settings
  const body = {
    ...{ '@context': 'http://schema.org/extensions', type: 'MessageCard' },
    ...{ title, summary, text, themeColor: COLORS[content.data.status] },
  }
  return await post({ url, body }, settings, content, deps, teamsReceiverAnswers)
})
