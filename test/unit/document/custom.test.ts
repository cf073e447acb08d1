import { describe, expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import { defaultConfig } from '../../../shared/config/sections.ts'
import { readYamlAtOnce } from '../../../shared/document/reading/yaml.ts'
import { showConfig } from '../../../shared/document/show.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { testBox } from './box.ts'

const read = (document: unknown) => finish(readTocsinYml(document, defaultConfig(), testBox()))
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`n${n}`, 'x']))
const withCustom = (custom: unknown, type = 'custom') => read({ integrations: [{ id: 'a', type, custom }] })

const MAPPING = {
  items: 'events',
  labels: { alertname: 'check', team: { value: 'storage' }, 'a b': '["x.y"][0]' },
  annotations: { text: '$.text' },
  severity: 'prio',
  dedup: ['id', '$.host'],
  recovery: { field: 'state', value: ['ok', '0'] },
  startsAt: 'since',
  endsAt: 'until',
  generatorURL: 'link',
}

describe('the mapping of an integration of type custom', () => {
  test('is kept as it is written, and shown so', () => {
    const parsed = withCustom(MAPPING)
    expect(parsed).toMatchObject({ ok: true })
    if (!parsed.ok) return
    expect(parsed.next.integrations[0]).toMatchObject({ type: 'custom', settings: { custom: MAPPING } })
    const shown = showConfig(parsed.next)
    expect(shown.integrations).toContainEqual(expect.objectContaining({ custom: MAPPING }))
    expect(read(shown)).toEqual(parsed)
  })

  test('may be absent or empty', () => {
    expect(withCustom(undefined)).toMatchObject({ ok: true })
    expect(withCustom({})).toMatchObject({ ok: true })
  })

  test('takes numbers and booleans of YAML where values of the body stand', () => {
    const { document } = readYamlAtOnce(
      'integrations: [{id: a, type: custom, severityMap: {1: 5, true: x}, custom: {recovery: {field: up, value: true}}}]',
    ) as { document: unknown }
    const parsed = read(document)
    expect(parsed.ok && parsed.next.integrations[0]).toMatchObject({
      settings: { severityMap: { '1': '5', true: 'x' }, custom: { recovery: { field: 'up', value: 'true' } } },
    })
  })

  test.each<[title: string, custom: unknown, paths: string[]]>([
    ['a text', 'x', ['']],
    ['an unknown key', { label: {} }, ['.label']],
    ['no path', { labels: { a: 'x[' } }, ['.labels.a']],
    ['an empty path', { items: '' }, ['.items']],
    ['a path of 201 letters', { startsAt: 'x'.repeat(201) }, ['.startsAt']],
    ['a number for a path', { labels: { a: 5 } }, ['.labels.a']],
    ['an empty constant', { labels: { a: { value: '' } } }, ['.labels.a']],
    ['a constant and more', { labels: { a: { value: 'x', from: 'y' } } }, ['.labels.a']],
    ['an empty name', { labels: { '': 'x' } }, ['.labels[""]']],
    ['a name of the hub', { labels: { _tocsin_account: 'x' } }, ['.labels._tocsin_account']],
    ['a name of the prototype', { labels: JSON.parse('{"__proto__":"x"}') }, ['.labels.__proto__']],
    ['51 labels', { labels: many(51) }, ['.labels']],
    ['21 fields of identity', { dedup: Array.from({ length: 21 }, () => 'x') }, ['.dedup']],
    ['a severity from nowhere', { severity: '' }, ['.severity']],
    ['a severity with a map of its own', { severity: { from: 'x', map: {} } }, ['.severity']],
    ['a recovery without a value', { recovery: { field: 'x' } }, ['.recovery.value']],
    ['a recovery without values', { recovery: { field: 'x', value: [] } }, ['.recovery.value']],
    ['a recovery by an object', { recovery: { field: 'x', value: {} } }, ['.recovery.value']],
  ])('%s is refused with its path', (_title, custom, paths) => {
    const parsed = withCustom(custom)
    expect(parsed.ok ? [] : parsed.problems.map(({ path }) => path)).toEqual(
      paths.map((path) => `integrations[0].custom${path}`),
    )
  })

  test('is refused beside another type', () => {
    expect(withCustom({}, 'prometheus')).toMatchObject({
      ok: false,
      problems: [{ path: 'integrations[0].custom', message: 'is for cloudevents and custom only' }],
    })
  })
})

describe('the severity map of an integration', () => {
  const withMap = (severityMap: unknown, type = 'prometheus') =>
    read({ integrations: [{ id: 'a', type, severityMap }] })

  test.each(['prometheus', 'alertmanager', 'arms', 'cloudevents', 'custom'])('is kept and shown: %s', (type) => {
    const severityMap = { P1: 'critical', default: 'info' }
    const parsed = withMap(severityMap, type)
    expect(parsed).toMatchObject({ ok: true })
    if (!parsed.ok) return
    const shown = showConfig(parsed.next)
    expect(shown.integrations).toContainEqual(expect.objectContaining({ severityMap }))
    expect(read(shown)).toEqual(parsed)
  })

  test.each<[title: string, map: unknown, path: string]>([
    ['a text', 'x', ''],
    ['an empty word', { '': 'x' }, '[""]'],
    ['an empty severity', { P1: '' }, '.P1'],
    ['a list for a severity', { P1: ['critical'] }, '.P1'],
    ['null for a severity', { P1: null }, '.P1'],
    ['a severity of 1025 letters', { P1: 'x'.repeat(1025) }, '.P1'],
    ['a word of the prototype', JSON.parse('{"__proto__":"x"}'), '.__proto__'],
    ['21 words', many(21), ''],
  ])('%s is refused with its path', (_title, map, path) => {
    const parsed = withMap(map)
    expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.path)).toEqual([
      `integrations[0].severityMap${path}`,
    ])
  })

  test.each(['cloudtrail', 'actiontrail'])('is refused where rules say how bad it is: %s', (type) => {
    const message = `is for what gives alerts; of what comes as ${type} the rules say how bad it is`
    expect(withMap({ P1: 'critical' }, type)).toMatchObject({
      ok: false,
      problems: [{ path: 'integrations[0].severityMap', message }],
    })
  })
})
