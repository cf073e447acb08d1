import { describe, expect, test } from 'vitest'
import { htmlAsText } from '../../../../shared/channels/email/html-as-text.ts'

describe('HTML as text', () => {
  test.each([
    ['down', 'down'],
    ['<p>one</p><p>two</p>', 'one\n\ntwo'],
    ['one<br>two<br/>three', 'one\ntwo\nthree'],
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\n\nc'],
    ['<ul><li>one</li><li>two</li></ul>', '- one\n\n- two'],
    ['a\n   b\t c', 'a b c'],
    ['&lt;b&gt; &amp; &quot;x&quot; &#39;y&#39; &#x4e2d; &nbsp;z &unknown; &#0;', '<b> & "x" \'y\' 中 z &unknown;'],
    ['<style>p { x }</style><script>alert(1)</script>text<!-- <p>no</p> -->', 'text'],
    ['<a href="https://x.test/?a=1&amp;b=2">page</a>', 'page (https://x.test/?a=1&b=2)'],
    ["<a href='https://x.test/'>https://x.test/</a>", 'https://x.test/'],
    ['<a href="javascript:alert(1)">page</a>', 'page'],
    ['1 < 2', '1 < 2'],
    ['<style>never closed', ''],
  ])('%j', (html, text) => {
    expect(htmlAsText(html)).toBe(`${text}\n`)
  })
})
