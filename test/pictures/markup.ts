import { escapeHtml } from '../../shared/message-text/escape.ts'

/* Texts in the markup of a chat as HTML, about as the chat shows the texts. The messages of the pictures are ours. */

/** DingTalk, WeCom, Lark, Discord. */
export function markdown(text: string): string {
  const inline = (line: string): string =>
    escapeHtml(line)
      .replaceAll(/\\(?=[^\w\s])/g, '')
      .replaceAll(
        /&lt;font color=(?:&quot;)?([#\w]+)(?:&quot;)?&gt;(.*?)&lt;\/font&gt;/g,
        '<span class="c-$1" style="color:$1">$2</span>',
      )
      .replaceAll(/&lt;at id=(\w+)&gt;&lt;\/at&gt;/g, '<span class="at">@$1</span>')
      .replaceAll(/&lt;@(\w+)&gt;/g, '<span class="at">@$1</span>')
      .replaceAll(/(?<![\w.])@([\w.]+)/g, '<span class="at">@$1</span>')
      .replaceAll(/\[([^\]]+)\]\(([^)]+)\)/g, '<a href="$2">$1</a>')
      .replaceAll(/\*\*(.+?)\*\*/g, '<b>$1</b>')
  return text
    .split('\n')
    .map((line) => (/^#{1,4} /.test(line) ? `<h4>${inline(line.replace(/^#+ /, ''))}</h4>` : inline(line)))
    .join('<br>')
    .replaceAll(/<\/h4>(<br>)+/g, '</h4>')
    .replaceAll('<br><br>', '<p></p>')
}

/** Slack. */
export function mrkdwn(text: string): string {
  return text
    .replaceAll(/<(https?:[^|>]+)\|([^>]*)>/g, '<a href="$1">$2</a>')
    .replaceAll(/<@(\w+)>/g, '<span class="at">@$1</span>')
    .replaceAll(/\*(\S[^\n*]*?)\*/g, '<b>$1</b>')
    .replaceAll('\n', '<br>')
}

/** Telegram sends HTML. */
export function telegram(text: string): string {
  return text.replaceAll('\n', '<br>')
}

/** Signs that not every machine has letters for, drawn. */
export function withSigns(html: string): string {
  const dot = (color: string, inside = ''): string => `<span class="sign" style="background:${color}">${inside}</span>`
  return html
    .replaceAll('🔴', dot('#e03c39'))
    .replaceAll('🟠', dot('#f08300'))
    .replaceAll('🟡', dot('#d9a400'))
    .replaceAll('🔵', dot('#3b82f6'))
    .replaceAll('✅', dot('#72c140', '✓'))
}

export function plain(text: string): string {
  return escapeHtml(text).replaceAll('\n', '<br>')
}
