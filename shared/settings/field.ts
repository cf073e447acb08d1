/** What a channel setting is: validation, masking in `GET /api/v1/config` and the console's form derive from it. */
export interface ChannelField {
  name: string
  /** Sealed at rest, shown as `<secret>`. */
  secret: boolean
  /** Says where it is sent to, as a URL or a name: elsewhere, no stored secret of this channel is used. */
  address?: true
}
