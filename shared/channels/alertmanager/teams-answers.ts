import type { ProviderAnswers } from '../http/provider-answer.ts'
import { teamsAnswers } from '../teams/answers.ts'

/** Gateways between Alertmanager and Teams answer success with texts of their own. */
export const teamsReceiverAnswers: ProviderAnswers = {
  read: (answer) => teamsAnswers.read(answer) ?? (answer.status < 300 ? { taken: true } : undefined),
  codes: teamsAnswers.codes,
}
