/*
 * How texts of strangers are made inert, each way for the readers of one markup. The last step before a text goes into a
 * message.
 */

const HTML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** For HTML, as content or as a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML[character]!)
}

const NO_WIDTH = '\u200b'
const HAIR_SPACE = '\u200a'

/**
 * For readers of Markdown of which nobody says how a character is escaped. Every character stays to be read; spaces
 * without width, or hardly any, stand where a reader would see the begin of a link, an image, a mention, an HTML tag, an
 * entity, or a mark of its own line. Emphasis needs a mark beside a letter, so a mark gets hair spaces around it; an
 * underscore between letters is none.
 */
export function inert(text: string): string {
  return withoutEmphasis(text)
    .replace(/\](?=[[(:])|!(?=\[)|<(?=\S)|&(?=#?\w)|[@\\]|:(?=\/\/)/g, `$&${NO_WIDTH}`)
    .replace(/\bwww(?=\.)/gi, `$&${NO_WIDTH}`)
    .replace(/^(?=[\s#>+\-=|]|\d{1,9}[.)])/gm, NO_WIDTH)
}

/**
 * For Slack, which documents escapes for the three characters of its own markup only
 * (https://docs.slack.dev/messaging/formatting-message-text#escaping). Marks, addresses, names of emoji and the begin of
 * a quote are made inert as above.
 */
export function inertForSlack(text: string): string {
  return withoutEmphasis(text)
    .replace(/:(?=\/\/|(?!\d+:)[\w+'-]{1,100}:)/g, `:${NO_WIDTH}`)
    .replace(/^>/gm, `${NO_WIDTH}>`)
    .replace(/[&<>]/g, (character) => HTML[character]!)
}

function withoutEmphasis(text: string): string {
  return text
    .replace(/[*~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, `${HAIR_SPACE}$&${HAIR_SPACE}`)
    .replaceAll('`', '\u02cb')
}

/**
 * For readers that make links of what they find in a text without markup: addresses, hosts, @names, #tags and /commands.
 */
export function unlinked(text: string): string {
  return text.replace(/[@#/](?=[\p{L}\p{N}_])|:(?=\/\/)/gu, `$&${NO_WIDTH}`).replace(/\.(?=\p{L}{2})/gu, `.${NO_WIDTH}`)
}
