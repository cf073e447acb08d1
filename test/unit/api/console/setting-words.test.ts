import { describe, expect, test } from 'vitest'
import { kindName, wordsOf, wordsOfKind } from '../../../../functions/api/console/text/fields.ts'
import { HELP, LABELS, VALUES } from '../../../../functions/api/console/text/setting-words.ts'
import { textsOf } from '../../../../functions/api/console/text/texts.ts'
import { channelTypes } from '../../../../shared/channels/registry.ts'
import { sections } from '../../../../shared/document/sections/registry.ts'
import { integrations } from '../../../../shared/integrations/registry.ts'
import { integrationFields } from '../../../../shared/integrations/settings.ts'
import { type FormField, formOf } from '../../../../shared/settings/form.ts'

/** Every input of a form for settings, by the kind of the channel or the type of the integration. */
const FORMS: [string, FormField[]][] = [
  ...[...channelTypes].map(([type, { kind }]): [string, FormField[]] => [type, formOf(kind.fields)]),
  ...[...integrations.keys()].map((type): [string, FormField[]] => [
    `integration ${type}`,
    formOf(integrationFields(type)),
  ]),
]

describe.each(FORMS)('the settings of %s', (_, fields) => {
  test('have labels, headings and help in Chinese', () => {
    const labels = fields.flatMap(({ label, group = label }) => [label, group])
    const help = fields.flatMap(({ help = [] }) => help)
    expect([labels.filter((words) => !(words in LABELS)), help.filter((words) => !(words in HELP))]).toEqual([[], []])
  })
})

/** Names that are the same in every language. */
const NAMES = /^(?:(?:aws|ses): (?:AWS|Amazon SES)|POST|PUT|GET|DELETE|OPTIONS|HTML|Markdown(?:V2)?|English)$/

test('every value of a choice has words in both languages, and no words are left over', () => {
  const choices = FORMS.flatMap(([, form]) => form.filter(({ options }) => options !== undefined))
  const known = choices.flatMap(({ label, options = [] }) => options.map((value) => `${label}: ${value}`))
  const worded = Object.entries(VALUES).flatMap(([label, values]) =>
    Object.keys(values).map((value) => `${label}: ${value}`),
  )
  expect(worded.sort()).toEqual([...new Set(known)].sort())
  const words = Object.values(VALUES).flatMap((values) => Object.values(values))
  expect(words.filter(({ zh }) => !/\p{Script=Han}/u.test(zh) && !NAMES.test(zh))).toEqual([])
  expect(words.filter(({ en }) => /\p{Script=Han}/u.test(en))).toEqual([{ en: '中文', zh: '中文' }])
})

test('no Chinese word is left over from a setting that is gone', () => {
  const fields = FORMS.flatMap(([, form]) => form)
  const labels = new Set(fields.flatMap(({ label, group = label }) => [label, group]))
  const help = new Set(fields.map((field) => field.help))
  expect(Object.keys(LABELS).filter((words) => !labels.has(words))).toEqual([])
  expect(Object.keys(HELP).filter((words) => !help.has(words))).toEqual([])
})

test('every kind has a name in both languages, and every type of integration', () => {
  for (const type of channelTypes.keys()) {
    expect([type, kindName(type, 'zh') === type, kindName(type, 'en') === type]).toEqual([type, false, false])
  }
  const unnamed = [...channelTypes].filter(([type, { kind }]) => {
    return kindName(type, 'zh') === kind.label && /[a-z] [a-z]|^(?:Text|Call|Function|Message)/.test(kind.label)
  })
  expect(unnamed.map(([type]) => type)).toEqual([])
  for (const language of ['en', 'zh'] as const) {
    const { types } = textsOf(language).integrations
    expect([...integrations.keys()].filter((type) => types[type] === undefined)).toEqual([])
  }
})

test('every section of the document has Chinese words, for the plan of a change', () => {
  const { sections: words } = textsOf('zh').configuration
  expect(Object.keys(words).sort()).toEqual(sections.map(({ name }) => name).sort())
})

test('a Chinese text keeps the values and addresses of the English one', () => {
  const kept = /https?:\/\/[\w./]*\w|`[^`]*`|\b(?:aws|alibaba|smtp|ses|starttls|lifecycle|signed|claim|none)(?=:)/g
  for (const [english, chinese] of Object.entries(HELP)) {
    const values = (english.match(kept) ?? []).filter((value) => !chinese.includes(value))
    expect([english, values]).toEqual([english, []])
  }
})

test('a word without a translation stays as it is, and ARMS’s own words win', () => {
  expect([wordsOf('zh')('Unheard of'), wordsOf('en')('Password'), wordsOf('zh')('Password')]).toEqual([
    ...['Unheard of', 'Password', '密码'],
  ])
  expect(wordsOfKind('alibaba-eventbridge', 'zh')('Bus name', 'eventBus')).toBe('Message Bus Name')
})
