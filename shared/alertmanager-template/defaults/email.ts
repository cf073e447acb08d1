/*
 * The default HTML of Alertmanager's e-mails, restated: the same text as that of prometheus/alertmanager 0.34
 * (template/email.tmpl, Apache-2.0), whose design derives from https://github.com/mailgun/transactional-email-templates:
 *
 * The MIT License (MIT). Copyright (c) 2014 Mailgun
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
 * documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
 * rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
 * persons to whom the Software is furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
 * Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
 * WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
 * COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
 * OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 */

const FACE = "font-family: 'Helvetica Neue', Helvetica, Arial, sans-serif; box-sizing: border-box;"
const SIZE = 'font-size: 14px;'

/** The style that mail programs need on every element, and the element's own. */
function styled(own = ''): string {
  return `style="margin: 0; ${FACE} ${SIZE}${own === '' ? '' : ` ${own}`}"`
}

const ROW = `<tr ${styled()}>`
const BREAK = `<br ${styled()}>`
const BLOCK = `<td class="content-block" ${styled('vertical-align: top; padding: 0 0 20px;')} valign="top">`

/** Lines at a depth of the table, for readers of the source. */
function lines(depth: number, ...texts: readonly string[]): string {
  return texts.map((text) => (text === '' ? '\n' : `${' '.repeat(depth)}${text}\n`)).join('')
}

/** A row of the inner table with one block. */
function block(...texts: readonly string[]): string {
  return lines(16, ROW) + lines(18, BLOCK) + lines(20, ...texts) + lines(18, '</td>') + lines(16, '</tr>')
}

function heading(className: string, color: string, end: string): string {
  const text = 'text-align: center; border-radius: 3px 3px 0 0;'
  const font = `vertical-align: top; font-size: 16px; color: #fff; font-weight: 500; padding: 20px; ${text}`
  const attributes = `valign="top" align="center" bgcolor="${color}"`
  const cell = `<td class="alert ${className}" style="margin: 0; ${FACE} ${font} background-color: ${color};" ${attributes}>`
  const count = '{{ len .Alerts }} alert{{ if gt (len .Alerts) 1 }}s{{ end }} for {{ range .GroupLabels.SortedPairs }}'
  return (
    lines(12, cell) +
    lines(14, count) +
    lines(16, `{{ .Name }}={{ .Value }}${end}`) +
    lines(14, '{{ end }}') +
    lines(12, '</td>')
  )
}

function alerts(status: string): string {
  const strong = (text: string): string => `<strong ${styled()}>${text}</strong>`
  const pairs = (name: string): string => `{{ range .${name}.SortedPairs }}{{ .Name }} = {{ .Value }}${BREAK}{{ end }}`
  const source = `<a href="{{ .GeneratorURL }}" ${styled('color: #348eda; text-decoration: underline;')}>Source</a>`
  return (
    block(strong(`[{{ len .Alerts.${status} }}] ${status}`)) +
    lines(16, '{{ end }}', `{{ range .Alerts.${status} }}`) +
    block(
      strong('Labels') + BREAK,
      pairs('Labels'),
      `{{ if gt (len .Annotations) 0 }}${strong('Annotations')}${BREAK}{{ end }}`,
      pairs('Annotations'),
      source + BREAK,
    ) +
    lines(16, '{{ end }}')
  )
}

/** Rules for narrow screens, with the indents that the original has. */
const NARROW = `@media only screen and (max-width: 640px) {
  body {
    padding: 0 !important;
  }

  h1,
h2,
h3,
h4 {
    font-weight: 800 !important;
    margin: 20px 0 5px !important;
  }

  h1 {
    font-size: 22px !important;
  }

  h2 {
    font-size: 18px !important;
  }

  h3 {
    font-size: 16px !important;
  }

  .container {
    padding: 0 !important;
    width: 100% !important;
  }

  .content {
    padding: 0 !important;
  }

  .content-wrap {
    padding: 10px !important;
  }

  .invoice {
    width: 100% !important;
  }
}
`

const DOCTYPE =
  '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'
const SCREEN = '-webkit-font-smoothing: antialiased; -webkit-text-size-adjust: none; height: 100%; line-height: 1.6em;'
const GREY = 'background-color: #f6f6f6; width: 100%;'
const CENTRED = 'max-width: 600px; margin: 0 auto;'
const BUTTON = [
  'text-decoration: none; color: #FFF; background-color: #348eda; border: solid #348eda; border-width: 10px 20px;',
  'line-height: 2em; font-weight: bold; text-align: center; cursor: pointer; display: inline-block; border-radius: 5px;',
  'text-transform: capitalize;',
].join(' ')
const SMALL = 'color: #999; font-size: 12px;'
const NAME = '{{ template "__alertmanager" . }}'

const EDGE = `<td ${styled('vertical-align: top;')} valign="top"></td>`

const HEAD = [
  '\n\n',
  lines(0, DOCTYPE, `<html xmlns="http://www.w3.org/1999/xhtml" ${styled()}>`, '<head>'),
  lines(0, '<meta name="viewport" content="width=device-width">'),
  lines(0, '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">'),
  lines(0, '<title>{{ template "__subject" . }}</title>'),
  `<style>\n${NARROW}</style>\n</head>\n\n`,
].join('')

const OUTER = [
  lines(0, `<body itemscope itemtype="https://schema.org/EmailMessage" ${styled(`${SCREEN} ${GREY}`)}>`, ''),
  lines(0, `<table class="body-wrap" ${styled(GREY)} width="100%" bgcolor="#f6f6f6">`),
  lines(2, ROW),
  lines(4, EDGE),
  lines(
    4,
    `<td class="container" width="600" style="${FACE} ${SIZE} vertical-align: top; display: block; ${CENTRED} clear: both;" valign="top">`,
  ),
  lines(6, `<div class="content" style="${FACE} ${SIZE} ${CENTRED} display: block; padding: 20px;">`),
].join('')

const MAIN_STYLE = styled('background-color: #fff; border: 1px solid #e9e9e9; border-radius: 3px;')

const MAIN = [
  lines(8, `<table class="main" width="100%" cellpadding="0" cellspacing="0" ${MAIN_STYLE} bgcolor="#fff">`),
  lines(10, ROW),
  lines(12, '{{ if gt (len .Alerts.Firing) 0 }}'),
  heading('alert-warning', '#E6522C', ''),
  lines(12, '{{ else }}'),
  heading('alert-good', '#68B90F', ' '),
  lines(12, '{{ end }}'),
  lines(10, '</tr>', ROW),
  lines(12, `<td class="content-wrap" ${styled('vertical-align: top; padding: 30px;')} valign="top">`),
  lines(14, `<table width="100%" cellpadding="0" cellspacing="0" ${styled()}>`),
  block(`<a href="{{ template "__alertmanagerURL" . }}" class="btn-primary" ${styled(BUTTON)}>View in ${NAME}</a>`),
  lines(16, '{{ if gt (len .Alerts.Firing) 0 }}'),
  alerts('Firing'),
  lines(0, ''),
  lines(16, '{{ if gt (len .Alerts.Resolved) 0 }}'),
  lines(18, '{{ if gt (len .Alerts.Firing) 0 }}'),
  block(BREAK, `<hr ${styled()}>`, BREAK),
  lines(18, '{{ end }}'),
  alerts('Resolved'),
  lines(14, '</table>'),
  lines(12, '</td>'),
  lines(10, '</tr>'),
  lines(8, '</table>', ''),
].join('')

const SENT_BY = `<a href="{{ .ExternalURL }}" style="margin: 0; ${FACE} text-decoration: underline; ${SMALL}">Sent by ${NAME}</a>`
const FOOTER_CELL = `style="margin: 0; ${FACE} vertical-align: top; padding: 0 0 20px; text-align: center; ${SMALL}"`

const FOOTER = [
  lines(8, `<div class="footer" ${styled('width: 100%; clear: both; color: #999; padding: 20px;')}>`),
  lines(10, `<table width="100%" ${styled()}>`),
  lines(12, ROW),
  lines(14, `<td class="aligncenter content-block" ${FOOTER_CELL} valign="top" align="center">${SENT_BY}</td>`),
  lines(12, '</tr>'),
  lines(10, '</table>'),
  lines(8, '</div></div>'),
  lines(4, '</td>', EDGE),
  lines(2, '</tr>'),
  '</table>\n\n</body>\n</html>\n\n',
].join('')

/** The template `email.default.html`. */
export const EMAIL_HTML = HEAD + OUTER + MAIN + FOOTER
