import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { PROBLEM_TEXTS, problemInChinese } from '../../../../functions/api/console/text/problem-words.ts'
import { DOCUMENTS } from '../../../e2e/bad-input-documents.ts'
import { PEOPLE } from '../../../e2e/bad-input-people.ts'
import { startApi } from '../harness.ts'

const HAN = /\p{Script=Han}/u

/** The files whose problems forms can cause. Sigma, the language of templates and an alertmanager.yml are apart. */
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
      'functions/api/{silences,config,account}/**/*.ts',
      'functions/api/console/{pages,parts}/**/*.ts',
    ])
    const all = sources.map((path) => readFileSync(path, 'utf8')).join('\n')
    // The texts of zod and of RE2, the kinds of names in chats, and words that are put together.
    const made =
      /^(?:Too |error parsing|Invalid option|expected \{\}, received|is required|is not an? .*(?:Slack|DingTalk|Discord|Telegram|WeCom|Lark|sign in))/
    const gone = PROBLEM_TEXTS.filter(
      (text) => !made.test(text) && !text.split('{}').every((part) => all.includes(part)),
    )
    expect(gone).toEqual([])
  })
})
