import { describe, expect, test } from 'vitest'
import { referencesOf } from '../../../shared/message-text/references.ts'
import { WORDS } from '../../../shared/message-text/words.ts'

const of = (annotations: Record<string, string>, generatorURL?: string) =>
  referencesOf({ annotations, generatorURL }, WORDS.en)

describe('links that alerts bring along', () => {
  test.each(['runbook', 'runbook_url', 'runbookURL', 'Runbook_URL'])('%s is the runbook, with its host', (name) => {
    const { references, texts } = of({ [name]: 'https://wiki.example.com/down', summary: 'down' })
    expect(references).toEqual([{ name: 'Runbook', host: 'wiki.example.com', url: 'https://wiki.example.com/down' }])
    expect(texts).toEqual([['summary', 'down']])
  })

  test('are the dashboard and the source of the alert too', () => {
    const { references } = of(
      { dashboard_url: 'http://grafana.example.com:3000/d/1' },
      'http://prom/graph?g0.expr=a[5m]',
    )
    expect(references).toEqual([
      { name: 'Dashboard', host: 'grafana.example.com:3000', url: 'http://grafana.example.com:3000/d/1' },
      { name: 'Source', host: 'prom', url: 'http://prom/graph?g0.expr=a%5B5m%5D' },
    ])
  })

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://files.example.com/',
    'https://',
    'https://+',
    'https://a..b/',
    '//evil.example.com',
    'see https://wiki.example.com',
    'https://bank.example@evil.example/',
    'https://user:password@evil.example/',
    `https://evil.example/${'x'.repeat(1000)}`,
    '',
  ])('are of the web: %s stays a text', (runbook) => {
    expect(of({ runbook }, runbook)).toEqual({ references: [], texts: [['runbook', runbook]] })
  })

  test('end nowhere but at their end, in any markup', () => {
    const evil = 'https://evil.example/a)b]c>d<e"f\'g`h\\i|j*k(l[m^n!o p\u00a0q\nr\u202es?t=(u)#v'
    const [reference] = of({ runbook: evil }).references
    expect(reference?.url).toMatch(/^https:\/\/evil\.example\/[\w%./?=#&-]+$/)
    expect(reference?.host).toBe('evil.example')
  })

  test('are of no other annotation', () => {
    const annotations = { link: 'https://evil.example', my_runbook_url: 'https://evil.example' }
    expect(of(annotations).references).toEqual([])
  })
})
