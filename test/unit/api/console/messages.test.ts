import { beforeEach, describe, expect, test } from 'vitest'
import { bodiesOf } from '../../../../functions/api/console/messages/bodies.ts'
import { messageParts } from '../../../../functions/api/console/messages/letters.ts'
import { markdown, mrkdwn } from '../../../../functions/api/console/messages/markdown.ts'
import { sizeOf } from '../../../../functions/api/console/messages/size.ts'
import { tagsAsHtml, telegramText } from '../../../../functions/api/console/messages/tags.ts'
import { channelTypes } from '../../../../shared/channels/registry.ts'
import { sampleNotification } from '../../../../shared/content-template/sample.ts'
import { DEPS } from '../../../pictures/story.ts'
import { type Api, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

describe('the markup of a chat', () => {
  test.each<[Parameters<typeof markdown>[1], string, string]>([
    ['dingtalk', '#### Title\ntext', '<p class="h4">Title</p><p>text</p>'],
    ['dingtalk', 'one\ntwo  \nthree', '<p>one two<br>three</p>'],
    ['dingtalk', '> said\n\n- a\n- b', '<blockquote>said</blockquote><ul><li>a</li><li>b</li></ul>'],
    ['dingtalk', '1. a\n2. b', '<ol><li>a</li><li>b</li></ol>'],
    ['dingtalk', '<font color=#E03C39>P1</font>', '<p><font color="#E03C39" class="c-E03C39">P1</font></p>'],
    ['dingtalk', 'hey @mei', '<p>hey <span class="at">@mei</span></p>'],
    ['dingtalk', 'mei@example.com', '<p>mei@example.com</p>'],
    ['wecom', 'one\n- two', '<p>one<br>- two</p>'],
    [
      'wecom',
      '**<font color="warning">x</font>** <@mei>',
      '<p><b><font color="warning" class="c-warning">x</font></b> <span class="at">@mei</span></p>',
    ],
    ['lark', '# no heading\n<at id=ou_1></at>', '<p># no heading<br><span class="at">@ou_1</span></p>'],
    ['lark', 'a\n---\nb', '<p>a</p><hr><p>b</p>'],
    ['teams', '**a** _b_\n\nc', '<p><b>a</b> <i>b</i></p><p>c</p>'],
    ['discord', '```js\n<b>\n```', '<pre>&lt;b&gt;</pre>'],
    ['discord', '__u__ ~~s~~ \\*no\\*', '<p><u>u</u> <s>s</s> *no*</p>'],
    ['discord', '**a *b* c**', '<p><b>a <i>b</i> c</b></p>'],
    ['discord', 'snake_case_name 2 * 3 * 4', '<p>snake_case_name 2 * 3 * 4</p>'],
    [
      'discord',
      '[a_b_](https://e.com/x_y_)',
      '<p><a href="https://e.com/x_y_" target="_blank" rel="noreferrer noopener">a_b_</a></p>',
    ],
  ])('of %s: %j', (chat, text, html) => {
    expect(markdown(text, chat)).toBe(html)
  })

  test.each([
    ['*bold* _it_ ~no~', '<p><b>bold</b> <i>it</i> <s>no</s></p>'],
    ['a*b*c', '<p>a*b*c</p>'],
    ['1 &lt; 2 &amp; 3', '<p>1 &lt; 2 &amp; 3</p>'],
    ['&gt; said', '<blockquote>said</blockquote>'],
    ['<@U01> <!channel>', '<p><span class="at">@U01</span> <span class="at">@channel</span></p>'],
    [
      '<https://e.com/?a=1&amp;b=2|words>',
      '<p><a href="https://e.com/?a=1&amp;b=2" target="_blank" rel="noreferrer noopener">words</a></p>',
    ],
  ])('of Slack: %j', (text, html) => {
    expect(mrkdwn(text)).toBe(html)
  })

  test.each([
    ['<p>a<b>b</p>c</b>', '<p>a<b>b</b></p>c'],
    ['<h2 style="color: #B3151D">x</h2>', '<p class="h2">x</p>'],
    ['<span style="color: #F08300">High</span>', '<span><font color="#F08300">High</font></span>'],
    ['<td style="padding:1px;color:red">x', '<td><font color="red">x</font></td>'],
    ['a &amp;lt; b &#60;i&#62;', 'a &amp;lt; b &lt;i&gt;'],
    ['<!-- <b> -->x<style>y</style><title>z</title>', 'x'],
    ['1 < 2', '1 &lt; 2'],
    ['<img src="https://e.com/x.png" alt="a &quot;graph&quot;">', '<span class="image">a &quot;graph&quot;</span>'],
  ])('of a mail: %j', (text, html) => {
    expect(tagsAsHtml(text)).toBe(html)
  })

  test('of Telegram knows its own elements alone', () => {
    expect(telegramText('<b>a</b>\n<table><tr>x</tr></table>')).toBe('<p class="lines"><b>a</b>\nx</p>')
  })
})

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href=" data:text/html,<script>">x</a>',
  '[x](javascript:alert(1))',
  '[x](https://e.com/"onmouseover="alert(1))',
  '<javascript:alert(1)|x>',
  '<https://e.com/"onload="x|y>',
  '<font color="red" onclick=alert(1)>x</font>',
  '<font color=red;background:url(x)>x</font>',
  '<p style="color:red;background:url(https://e.com)">x',
  '<svg/onload=alert(1)>',
  '</div></figure></section><form action="https://e.com"><input name=key>',
  '<iframe srcdoc="<script>x</script>">',
  '<style>*{display:none}</style>',
  '![x](https://e.com/track.png)',
  '`<b>` **<i>** *<u>* _<s>_ > <q>',
  '"><script>alert(1)</script>',
  '&lt;script&gt;&#60;script&#62;',
]

/** The only markup that a message may bring to a page: these elements, a safe link, a colour. */
const ELEMENT =
  /^<\/?(?:p|b|strong|i|em|u|ins|s|del|code|pre|blockquote|small|sub|sup|div|span|ul|ol|li|dl|dt|dd|center|br|hr|table|thead|tbody|tr|td|th)>$|^<(?:p|span|font)(?: (?:class|color)="[\w #-]*")+>$|^<a href="https?:\/\/[^"<>]*" target="_blank" rel="noreferrer noopener">$|^<\/(?:a|font)>$/

function strangers(html: string): string[] {
  return [...html.matchAll(/<[^>]*>?/g)].map(([element]) => element).filter((element) => !ELEMENT.test(element))
}

describe('hostile texts', () => {
  const writers: [string, (text: string) => string][] = [
    ...(['dingtalk', 'wecom', 'lark', 'teams', 'discord'] as const).map((chat): [string, (text: string) => string] => [
      chat,
      (text) => markdown(text, chat),
    ]),
    ['slack', mrkdwn],
    ['mail', tagsAsHtml],
    ['telegram', telegramText],
  ]
  test.each(writers)('stay texts in the markup of %s', (_, write) => {
    for (const text of [...HOSTILE, HOSTILE.join('\n'), HOSTILE.join('')]) {
      expect([text, strangers(write(text))]).toEqual([text, []])
    }
  })

  test.each(writers)('of any length are written at once, and small enough for a page: %s', (_, write) => {
    for (const piece of ['[', '**', '<', '<b>', '<font color=red>', '`', '_a', '> ', '![', '<a href="', '~~a', '&']) {
      const began = performance.now()
      const html = write(piece.repeat(20_000 / piece.length))
      expect([piece, performance.now() - began < 2000]).toEqual([piece, true])
      expect(html.split('<').length).toBeLessThan(2500)
    }
  })
})

test.each([
  ['a'.repeat(160), { parts: 1, each: 160 }],
  ['a'.repeat(161), { parts: 2, each: 153 }],
  ['€'.repeat(80), { parts: 1, each: 160 }],
  ['告'.repeat(70), { parts: 1, each: 70 }],
  ['告'.repeat(71), { parts: 2, each: 67 }],
  ['😀'.repeat(35), { parts: 1, each: 70 }],
])('a text message of %s has its parts', (text, parts) => {
  expect(messageParts(text)).toEqual(parts)
})

test.each([
  ['slack', 'äöü', { used: 3, most: 3000, unit: 'chars' }],
  ['wecom', 'äöü', { used: 6, most: 3400, unit: 'bytes' }],
  ['dingtalk', '"\n"', { used: 8, most: 19_000, unit: 'bytes' }],
  ['email', 'äöü', { used: 3, unit: 'chars' }],
  ['inbox', 'äöü', { used: 6, most: 16_384, unit: 'bytes' }],
  ['webhook', 'äöü', { used: 6, most: 4_194_304, unit: 'bytes' }],
])('the size of a text for %s stands in the unit of its limit', (kind, text, size) => {
  expect(sizeOf(text, channelTypes.get(kind)!.kind.content!)).toEqual(size)
})

test('a body of JSON is shown in lines, each value as it is written', () => {
  const content = '{"n":12345678901234567890,"list":[ ],"text":"a, {b}: \\"c\\"","more":[1,{"x":null}]}'
  const told = { id: 'x', account: 'a', notification: sampleNotification('firing'), begunAt: 0, giveUpAt: 0 }
  const [body] = bodiesOf('webhook', { ...told, rendered: { content } }, DEPS)
  expect(body?.text).toBe(
    '{\n  "n": 12345678901234567890,\n  "list": [],\n  "text": "a, {b}: \\"c\\"",\n  "more": [\n    1,\n    {\n      "x": null\n    }\n  ]\n}',
  )
  expect(JSON.parse(body!.text)).toEqual(JSON.parse(content))
})

describe('the preview of an incident', () => {
  let api: Api
  let browser: Browser
  const kinds = [...channelTypes.values()].filter(({ kind }) => kind.content !== undefined).map(({ kind }) => kind.type)
  beforeEach(async () => {
    api = await startApi()
    const text = { content: '{{ alert.alert_name }} {{ alert.annotations.summary }}' }
    const given = kinds.filter((kind) => kind !== 'feishu').map((kind) => [kind, text])
    const templates = [
      { id: 'all', ...Object.fromEntries(given) },
      { id: 'broken', ...Object.fromEntries(given.map(([kind]) => [kind, { content: '{{ title | round }}' }])) },
    ]
    const policies = [{ id: 'all', groupBy: ['alertname'], groupWait: '0s' }]
    const { status, text: answer } = await api.ask('PUT', '/api/v1/config', {
      key: 'a-owner',
      body: { templates, policies },
    })
    expect([status, answer]).toEqual([200, expect.anything()])
    browser = openBrowser(api)
    await browser.signIn('a-viewer')
  })

  test.each(kinds)('of hostile alerts is harmless for %s, and gives no right', async (kind) => {
    const alertname = HOSTILE.join(' ')
    await api.post('a', [{ labels: { alertname }, annotations: { summary: HOSTILE.join('\n') } }])
    const { id } = (await api.ask('GET', '/api/v1/incidents', { key: 'a-owner' })).json.items[0]
    for (const [template, language] of [
      ['all', 'en'],
      ['all', 'zh'],
      ['broken', 'zh'],
    ]) {
      const path = `/templates/${template}/preview?kind=${kind}&language=${language}&incident=${id}`
      const { status, text } = await browser.visit(path)
      const main = text.slice(text.indexOf('<section class="panel">'), text.indexOf('</section>'))
      expect([status, main.includes('<figure')]).toEqual([200, true])
      const found = main.match(/<(?:script|img|iframe|style|svg|form|input)|\son\w+=|href="(?!https?:)|srcdoc=/gi)
      // An attribute stands in a tag: texts are escaped, so no tag of a stranger begins.
      expect(found?.filter((one) => one.startsWith('<') || one.startsWith('href')) ?? []).toEqual([])
      expect(main).not.toContain('tsl_')
    }
  })

  test('has as many alerts as a message of the kind, and counts the others', async () => {
    await api.post(
      'a',
      Array.from({ length: 30 }, (_, at) => ({ labels: { alertname: 'Disk', node: `node-${at}` } })),
    )
    const { id } = (await api.ask('GET', '/api/v1/incidents', { key: 'a-owner' })).json.items[0]
    const { text } = await browser.visit(`/templates/all/preview?kind=slack&incident=${id}`)
    expect(text.match(/<p>Disk ?<\/p>/g)).toHaveLength(20)
    expect(text).toMatch(/10 more/)
  })
})
