import type { Send } from '../../channel/send.ts'
import { postMessage } from '../chat/post.ts'
import { teamsAnswers } from './answers.ts'
import type { TeamsSettings } from './kind.ts'
import { teamsMessage } from './message.ts'

/**
 * Posts a card to a workflow of Teams
 * (https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using).
 */
export const sendToTeams: Send<TeamsSettings> = async (settings, content, deps) =>
  await postMessage(settings.url, teamsMessage(settings, content, deps), content, deps, teamsAnswers)
