/** The message of a chat that shows an incident, and that is changed when the incident changes. */
export interface ShownMessage {
  /** Id of the incident. */
  incident: string
  /** Id of the place in the chat, and of the message there, as the chat names them. */
  place: string
  id: string
}
