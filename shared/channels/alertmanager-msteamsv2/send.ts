import { post } from '../alertmanager/post.ts'
import { teamsReceiverAnswers } from '../alertmanager/teams-answers.ts'
import { written } from '../alertmanager/written.ts'
import { alertmanagerTeamsV2Kind } from './kind.ts'

const COLORS = { firing: 'Attention', resolved: 'Good' }

/** Posts an adaptive card: https://adaptivecards.io/explorer/AdaptiveCard.html */
export const sendAlertmanagerTeamsV2 = written(alertmanagerTeamsV2Kind, async (settings, content, deps) => {
  const { webhook_url: url, title, text } = settings
  const heading = { weight: 'Bolder', size: 'Medium', wrap: true, style: 'heading', color: COLORS[content.data.status] }
  const card = {
    ...{ $schema: 'http://adaptivecards.io/schemas/adaptive-card.json', type: 'AdaptiveCard', version: '1.2' },
    body: [
      { type: 'TextBlock', text: title, ...heading },
      { type: 'TextBlock', text, wrap: true },
    ],
    msteams: { width: 'full' },
  }
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }
  const body = { type: 'message', attachments: [attachment] }
  return await post({ url, body }, settings, content, deps, teamsReceiverAnswers)
})
