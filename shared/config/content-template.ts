/** The texts of messages, as a user wrote them (`shared/content-template/`). */
export interface ContentTemplate {
  id: string
  name: string
  /** By the kind of channel, as `contentKey` names the kind. A kind without texts has its built-in text. */
  kinds: Readonly<Record<string, KindContent>>
}

/** The texts for one kind of channel. */
export interface KindContent {
  /** A text for each language. The first text is for every language without a text. */
  texts: readonly ContentText[]
  /** `single`: a request for each alert. `batch`: a request for all alerts. Only of kinds with both. */
  mode?: 'single' | 'batch'
  /** Alerts in a message at most, from the first. Absent: all. Only of kinds with modes. */
  limit?: number
}

export interface ContentText {
  language: 'en' | 'zh'
  /** The title, or the subject, of the message. Absent: the built-in one. */
  title?: string
  content: string
  /** `alerts`: the content is written once, for all alerts. Absent: for each alert. */
  scope?: 'alerts'
  /** False: no link to the incident. Only of kinds that add a link. */
  details?: false
}

/** A template as the functions know the template that decide who is told: without its texts. */
export interface TemplateLean {
  id: string
  /** The hash of the whole template, under which the template is stored for as long as a message may name the hash. */
  hash: string
  kinds: Readonly<Record<string, KindLean>>
}

export interface KindLean extends Pick<KindContent, 'mode' | 'limit'> {
  languages: readonly ContentText['language'][]
}

/** Kinds of channels that are written to like another kind. */
const SAME_AS: ReadonlyMap<string, string> = new Map([['feishu', 'lark']])

/** What a template has for a type of channel. */
export function contentFor<Content>(kinds: Readonly<Record<string, Content>>, type: string): Content | undefined {
  return kinds[type] ?? kinds[SAME_AS.get(type) ?? type]
}
