import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { PROBLEM_TEXTS, problemInChinese } from '../../../../functions/api/console/text/problem-words.ts'
import { DOCUMENTS } from '../../../e2e/bad-input-documents.ts'
import { PEOPLE } from '../../../e2e/bad-input-people.ts'
import { startApi } from '../harness.ts'
import { openBrowser } from './browser.ts'

const HAN = /\p{Script=Han}/u

/** The files whose problems forms can cause. An alertmanager.yml is apart; Sigma and the language of templates follow. */
const FILES = [
  ...globSync('shared/{document/{reading,sections},people,settings}/*.ts'),
  ...globSync('shared/channels/!(alertmanager)*/{kind,settings,keys,address}.ts'),
  ...globSync('shared/integrations/*settings.ts'),
  ...['shared/document/integrity.ts', 'shared/outbound/url.ts', 'shared/base/mailbox.ts'],
].filter((path) => !/channels\/alertmanager|sections\/(?:route|receivers|template-files|inhibit|views)/.test(path))

/** A text of the source that says a problem, by its first words. */
const SAYS =
  /(['`])((?:\$\{[^}]*\} )?(?:has|is|must|expected|cannot|needs|limit:|names|belongs|at most|a quotation|a text follows)\b[^\n]*? [^\n]*?)\1/g
/** What is no problem of a form: parts of other texts, and problems of documents in YAML. */
const APART = [
  ...['is readable by', 'names of ', 'limit: the files', 'LIMITS.documentValues', 'is not readable at'],
  ...['has to be the name of the receiver', 'cannot have continue', 'cannot hold', '{means}'],
]

function problemsIn(path: string): string[] {
  const source = readFileSync(path, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'])\/\/.*/g, '')
  return [...source.matchAll(SAYS)].flatMap(([, , text = '']) => (APART.some((one) => text.includes(one)) ? [] : text))
}

/** The code that reads a rule in Sigma, and the text of a content template. */
const LANGUAGES = [
  ...globSync('shared/rule/*.ts'),
  ...globSync('shared/jinja/**/*.ts'),
  ...globSync('shared/rule-templates/*.ts'),
  ...['shared/content-template/read-text.ts', 'shared/rule-book/entries.ts'],
]
/** A text of two words that stands where problems are made. */
const WORDS = /(?<![\w)\]] )(['`])((?:(?!\1).)*[a-z)}"] [a-z"$]+(?:(?!\1).)*)\1/g
/** Parts of other texts, which the cases below have; values; and what is said of records, not of a form. */
const NO_PROBLEM = [
  ...[
    /^\)? ?(?:&&|\|\|)|^\) |^\)+|^\], |^, \(|^ \|\| /,
    /^(?:value|start|of key|separator)\b/,
    /^(?:a|true|not in)\b(?! )/,
  ],
  ...[
    /^(?:no trail|never asked|is one of|line) /,
    /^\$\{(?:allowed|missing)/,
    /steps does not look at|the record has too many|^regular expression \$\{regex|^ \(did you mean/,
  ],
  ...[/^(?:atomic groups|back references|possessive repeats)/, /arguments$|takes at most|^<span|has this id or name/],
  ...[/^a (?:missing value|text|list|mapping|number)$|^true or false$|^not in$/, /^is required; \$\{CORRELATION_KEYS/],
]

/** The problem as somebody reads it: with values. */
const withValues = (text: string): string =>
  text.replaceAll(/\$\{suggestion\([^}]*\}/g, '').replaceAll(/\$\{[^}]*\}/g, '7')

describe('problems in Chinese', () => {
  test('every problem of the files that forms can cause has words', () => {
    const left = FILES.flatMap((path) =>
      problemsIn(path).flatMap((text) => (HAN.test(problemInChinese(withValues(text))) ? [] : `${path}: ${text}`)),
    )
    expect(left).toEqual([])
  })

  test('every problem of a rule and of the text of a template has words', () => {
    const left = LANGUAGES.flatMap((path) => {
      const source = readFileSync(path, 'utf8').replaceAll(
        /\/\*[\s\S]*?\*\/|(?<![:'])\/\/.*|^import .*|.*\} from .*/gm,
        '',
      )
      return source.split('\n').flatMap((line) =>
        [...line.matchAll(WORDS)].flatMap(([, , text = '']) => {
          const said = problemInChinese(
            text.replaceAll(/\$\{suggestion\([^}]*\}/g, '').replaceAll(/\$\{[^}]*\}/g, '"7"'),
          )
          return HAN.test(said) || NO_PROBLEM.some((one) => one.test(text)) ? [] : `${path}: ${text}`
        }),
      )
    })
    expect(left).toEqual([])
  })

  test('what documents of the tables of bad input cause has Chinese words too', async () => {
    const api = await startApi()
    const left: string[] = []
    for (const [title, make] of [...DOCUMENTS, ...PEOPLE]) {
      const { method = 'PUT', path, headers = {}, body } = make()
      const asked = { method, headers: { ...headers, authorization: 'Bearer a-owner' }, body: body as string }
      const answer = await api.handle(new Request(`https://tocsin.example${path}`, asked))
      const { error } = (await answer.json()) as { error?: { details?: { path: string; message: string }[] } }
      for (const { path: at, message } of error?.details ?? []) {
        // No form has such a document.
        if (at === '' || path.endsWith('alertmanager')) continue
        if (!HAN.test(problemInChinese(message))) left.push(`${title}: ${at}: ${message}`)
      }
    }
    expect(left).toEqual([])
  })

  test('values, a suggestion and a limit', () => {
    expect(problemInChinese('names a channel "nope" that does not exist; did you mean ops?')).toBe(
      '通知集成 "nope" 不存在；您是否想写 ops？',
    )
    expect(problemInChinese('limit: has 12 conditions, at most 10 are allowed')).toBe(
      '超出限制：有 12 个条件，最多 10 个',
    )
    expect(problemInChinese('expected string, received number')).toBe('应为文本，而不是数字')
    expect(problemInChinese('nobody has written this')).toBe('nobody has written this')
  })

  test('no text is left over from a problem that is gone, and none is there twice', () => {
    expect(new Set(PROBLEM_TEXTS).size).toBe(PROBLEM_TEXTS.length)
    const sources = globSync([
      'shared/**/*.ts',
      'functions/api/{silences,config,account,groups,http}/**/*.ts',
      'functions/api/console/{pages,parts}/**/*.ts',
    ])
    const all = sources.map((path) => readFileSync(path, 'utf8')).join('\n')
    // The texts of zod and of RE2, the kinds of names in chats, and words that are put together.
    const made =
      /^(?:never asked|no rule has the id|is required; type|regular expression "|there is no variable|\{\}\(\) takes|Too |error parsing|missing closing|missing argument|invalid |unexpected \)|trailing backslash|Invalid option|expected \{\}, received|is required|is not an? .*(?:Slack|DingTalk|Discord|Telegram|WeCom|Lark|sign in))/
    const gone = PROBLEM_TEXTS.filter(
      (text) => !made.test(text) && !text.split('{}').every((part) => all.includes(part)),
    )
    expect(gone).toEqual([])
  })
})

const RULE = `title: Route changed
logsource: { product: alibabacloud, service: actiontrail }
detection:
  selection: { eventName: CreateRouteEntry }
  condition: selection
`

describe('a filter that is wrong, in Chinese', () => {
  test.each([
    ['/?add=team%3D~%22(%22', '正则表达式有误：缺少右括号 ): `^(?:()$`'],
    ['/?add=team%3D~%22*%22', '正则表达式有误：重复符号前没有内容：'],
    ['/?add=%7Bteam%3Da%7D', '匹配条件不能带花括号：{team=a}'],
    ['/?filter=team', '过滤条件：匹配条件的格式应为 team="shop"：team'],
    ['/incidents?filter=a%3Db%22c', '过滤条件：值中的双引号前应加反斜杠：'],
    [`/?filter=${'a%3D1&filter='.repeat(300)}`, '过滤条件：最多'],
  ])('%s', async (path, words) => {
    const browser = openBrowser(await startApi())
    await browser.signIn('a-editor')
    browser.cookies.set('tocsin-prefs', 'lang%3Dzh')
    const { text } = await browser.visit(path)
    expect(
      text
        .replaceAll(/<[^>]*>/g, '')
        .replaceAll('&quot;', '"')
        .replaceAll('&#96;', '`'),
    ).toContain(words)
  })

  test('in a policy', async () => {
    const browser = openBrowser(await startApi())
    await browser.signIn('a-editor')
    browser.cookies.set('tocsin-prefs', 'lang%3Dzh')
    const { text } = await browser.visit('/policies/new', { form: { name: 'Wrong', match: 'team' } })
    expect(text).toContain('匹配条件的格式应为')
  })
})

describe('a rule and a template that somebody writes, in Chinese', () => {
  const said = async (path: string, form: Record<string, string>): Promise<string> => {
    const api = await startApi()
    const browser = openBrowser(api)
    await browser.signIn('a-editor')
    browser.cookies.set('tocsin-prefs', 'lang%3Dzh')
    const { text } = await browser.visit(path, { form })
    return text.replaceAll(/<[^>]*>/g, '')
  }

  test.each([
    ['condition: selection', 'condition: selektion', '没有名为 &quot;selektion&quot; 的检测项；您是否想写 selection？'],
    ['condition: selection', 'condition: (selection', '括号没有闭合'],
    ['condition: selection', 'condition: selection | count() > 5', '条件不再支持聚合'],
    ['eventName:', 'eventName|startwith:', '未知的修饰符 &quot;startwith&quot;；您是否想写 startswith？'],
    ['eventName: CreateRouteEntry', "'eventName|re': '(?=a)'", '正则表达式“(?=a)”：使用了 lookahead (?=…) (?!…)'],
    ['service: actiontrail', 'service: actiontrial', '不会执行：alibabacloud 没有 &quot;actiontrial&quot; 的操作审计'],
    ['title: Route changed', 'title: Route changed\nlevel: hihg', '应为以下之一：informational, low'],
    ['title: Route changed', 'title: [', '不是有效的 YAML'],
    ['detection:', 'detections:', '必填，不能写作 &quot;detections&quot;'],
  ])('%s → %s', async (from, to, words) => {
    expect(await said('/rules/check', { sigma: RULE.replace(from, to) })).toContain(words)
    expect(await said('/rules/check', { sigma: RULE.replace(from, to) })).toMatch(/第 \d+ 行|行/)
  })

  test('a rule that is saved says the line', async () => {
    const sigma = RULE.replace('condition: selection', 'condition: selektion')
    expect(await said('/rules/new', { sigma, enabled: 'on' })).toMatch(/第 5 行第 \d+ 列：.*没有名为/)
  })

  test.each([
    ['{{ alert.labels | nofilter }}', '第 1 行第 19 列：没有过滤器'],
    ['{% if a %}x', '{% if %} 缺少 {% endif %}'],
    ['{{ 1 + }}', '表达式不完整'],
    ['{{ "a" | truncate(1, 2, 3, 4) }}', 'truncate() 最多 3 个参数，实际有 5 个'],
    ['{{ truncate("a", zz=1) }}', 'truncate() 没有参数 zz，可用：'],
    ['{% endfor %}', '{% endfor %} 之前没有 {% for %}'],
  ])('%s', async (content, words) => {
    const text = await said('/templates/new', { id: 't', name: 'T', 'slack.zh.content': content })
    expect(text.replaceAll('&quot;', '"')).toContain(words)
  })
})
