import { type Millis, SECOND } from '../../shared/base/time.ts'
import { type Provider, type ProviderAnswer, type ProviderOptions, parseJson, startProvider } from './provider.ts'

/*
 * A workflow of Teams that posts Adaptive Cards
 * (https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using).
 */

export interface TeamsTaken {
  card: AdaptiveCard
  /** Names of the people whom the card calls: each has an entity, and a text with the text of the entity. */
  called: string[]
}

export interface AdaptiveCard {
  body: CardElement[]
  actions: { type: string; title: string; url: string }[]
  msteams?: { entities?: { type: string; text: string; mentioned: { id: string; name: string } }[] }
}

export interface CardElement {
  type: string
  style?: string
  /** Of a text with Markdown. */
  text?: string
  items?: CardElement[]
  /** Of a text without Markdown. */
  inlines?: { type: string; text: string; selectAction?: { type: string; url: string } }[]
}

export interface TeamsOptions extends Omit<ProviderOptions<TeamsTaken>, 'answer' | 'errorBody'> {
  path: string
}

const BYTES = 28_000
const PER_SECOND = 4
const STYLES = ['default', 'emphasis', 'good', 'attention', 'warning', 'accent']

export async function startTeams({ path, ...options }: TeamsOptions): Promise<Provider<TeamsTaken>> {
  let sent: Millis[] = []
  return await startProvider({
    ...options,
    errorBody: (status) => ({ error: { code: String(status), message: 'failing' } }),
    answer: ({ method, path: given, headers, text, now, failing }) => {
      if (method !== 'POST' || given !== path) return refuse(404, 'WorkflowNotFound')
      if (!/^application\/json; *charset=utf-8$/i.test(headers['content-type'] ?? '')) return refuse(400, 'BadRequest')
      if (Buffer.byteLength(text) > BYTES) return refuse(413, 'RequestEntityTooLarge')
      const message = parseJson(text) as { type?: unknown; attachments?: Record<string, unknown>[] } | undefined
      const [attachment] = message?.attachments ?? []
      const card = attachment?.content as (AdaptiveCard & Record<string, unknown>) | undefined
      const right = message?.type === 'message' && attachment?.contentType === 'application/vnd.microsoft.card.adaptive'
      if (!right || card?.type !== 'AdaptiveCard' || !/^1\.[0-5]$/.test(String(card.version)))
        return refuse(400, 'BadRequest')
      if (!card.body.every(isElement)) return refuse(400, 'BadRequest')
      sent = sent.filter((at) => at > now - SECOND)
      if (sent.length >= PER_SECOND) return { ...refuse(429, 'TooManyRequests'), headers: { 'retry-after': '1' } }
      if (failing !== undefined) return { status: 200, body: failing, refused: failing }
      sent.push(now)
      return { status: 202, body: '', kept: [{ card, called: calledBy(card) }] }
    },
  })
}

function refuse(status: number, code: string): ProviderAnswer<TeamsTaken> {
  return { status, body: { error: { code, message: `the text of ${code}` } }, refused: code }
}

function calledBy({ body, msteams }: AdaptiveCard): string[] {
  const texts = cardTexts(body).filter(({ markdown }) => markdown)
  const shown = (msteams?.entities ?? []).filter(
    ({ type, text }) => type === 'mention' && texts.some((one) => one.text.includes(text)),
  )
  return shown.map(({ mentioned }) => mentioned.id)
}

function isElement({ type, style, text, items = [], inlines = [] }: CardElement): boolean {
  switch (type) {
    case 'TextBlock':
      return typeof text === 'string'
    case 'RichTextBlock':
      return inlines.length > 0 && inlines.every((run) => run.type === 'TextRun' && typeof run.text === 'string')
    case 'Container':
      return (style === undefined || STYLES.includes(style)) && items.length > 0 && items.every(isElement)
    default:
      return false
  }
}

/** Every text of a card, with whether Teams reads Markdown in it. */
export function cardTexts(elements: readonly CardElement[]): { text: string; markdown: boolean }[] {
  return elements.flatMap(({ text, items = [], inlines = [] }) => [
    ...(text === undefined ? [] : [{ text, markdown: true }]),
    ...inlines.map((run) => ({ text: run.text, markdown: false })),
    ...cardTexts(items),
  ])
}
