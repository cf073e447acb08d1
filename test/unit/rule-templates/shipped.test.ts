import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { createCounting } from '../../../infra/cli/counting.ts'
import { compileRules } from '../../../shared/rule/compile.ts'
import { compileLabels } from '../../../shared/rule/groups.ts'
import { parseSigma } from '../../../shared/rule/parse.ts'
import type { Rule } from '../../../shared/rule/rule.ts'
import { withParameters } from '../../../shared/rule-templates/parameters.ts'
import { type Template, templateNamed, templates } from '../../../shared/rule-templates/template.ts'
import { ROOT } from '../../checks/tidy/sources.ts'
import { ruleMatches } from '../../reference/sigma/evaluate.ts'
import { eventCountMatches } from '../../reference/sigma/event-count.ts'

const FOLDER = join(ROOT, 'shared/rule-templates')
const files = globSync('*/*.yml', { cwd: FOLDER }).sort()

/** The test file of a template. Records have names that say what is special about the record. */
interface Cases {
  matches: Record<string, unknown>
  ignores: Record<string, unknown>
  /**
   * A record of `matches`, several times over: does the correlation raise an alert? `each`: a place in the record that
   * has another value each time.
   */
  bursts?: {
    name: string
    record: string
    times: number
    everySeconds: number
    raises: boolean
    each?: string[]
    without?: string[]
  }[]
  /** The same with parameters. */
  filled?: {
    parameters: Record<string, unknown>
    matches?: Record<string, unknown>
    ignores?: Record<string, unknown>
  }[]
  /** Labels that an alert of a record of `matches` gets. */
  labels?: { record: string; labels: Record<string, string> }[]
  /** The alerts of a record, one for each thing that the record names. */
  alerts?: { name: string; record: Record<string, unknown>; labels: Record<string, string>[] }[]
}

function casesOf({ name }: Template): Cases {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.test.json`), 'utf8')) as Cases
}

/** The rule of a template that looks at single records. */
function ruleOf(text: string): Rule {
  const { rules, problems } = parseSigma(text)
  expect(problems).toEqual([])
  expect(rules).toHaveLength(1)
  return rules[0] as Rule
}

const documentsOf = (text: string): unknown[] => parseAllDocuments(text).map((document) => document.toJS())

type Row = [template: string, record: string, text: string, record: unknown]

function rows(pick: (cases: Cases) => Record<string, unknown>): Row[] {
  return templates.flatMap((template) =>
    Object.entries(pick(casesOf(template))).map(([name, record]): Row => [template.name, name, template.text, record]),
  )
}

describe('shipped rules', () => {
  test('templates.json contains the texts of the files', async () => {
    const texts = files.map((file) => [file.replace(/\.yml$/, ''), readFileSync(join(FOLDER, file), 'utf8')])
    const json = `${JSON.stringify(Object.fromEntries(texts), null, 2)}\n`
    await expect(json).toMatchFileSnapshot(join(FOLDER, 'templates.json'))
  })

  test('there are 53 for ActionTrail, and every template restates a different official template', () => {
    const official = templates
      .map(({ text }) => /^ {4}restates: (.+)$/m.exec(text)?.[1])
      .filter((id) => id !== undefined)
    expect(new Set(official).size).toBe(53)
    expect(templates.filter(({ name }) => name.startsWith('actiontrail/'))).toHaveLength(53)
  })

  test('every template has a test file, and every test file a template', () => {
    const tests = globSync('*/*.test.json', { cwd: FOLDER }).sort()
    expect(tests.map((file) => file.replace('.test.json', '.yml'))).toEqual(files)
  })

  test('ids and titles are unique within a set', () => {
    const all = templates.flatMap(({ name, text }) => {
      const { rules, correlations } = parseSigma(text)
      return [...rules, ...correlations].map(({ id, title }) => ({ id, title: `${name.split('/')[0]}: ${title}` }))
    })
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length)
  })

  test.each(templates.map(({ name, text }) => [name, text]))('%s has a description and names its labels', (_, text) => {
    const { rules, correlations, problems } = parseSigma(text)
    const [raises] = correlations.length > 0 ? correlations : rules
    expect(problems).toEqual([])
    expect(raises).toMatchObject({ level: expect.any(String), description: expect.any(String), author: 'Tocsin' })
    expect(raises?.labels?.length).toBeGreaterThan(0)
    expect(raises?.labels?.filter(({ label }) => !/^[a-z][A-Za-z]+$/.test(label))).toEqual([])
  })
})

describe('by name', () => {
  test.each([
    ['actiontrail/vpc-route-change', 'actiontrail/vpc-route-change'],
    ['cis.at.vpc_route_change', 'actiontrail/vpc-route-change'],
    ['sls.app.actiontrail.cis.at.vpc_route_change', 'actiontrail/vpc-route-change'],
    ['cloudtrail/route-change', 'cloudtrail/route-change'],
    ['actiontrail/esc-release', 'actiontrail/ecs-release'],
    ['actiontrail/ak-conf-change', 'actiontrail/kms-key-conf-change'],
    ['__proto__', undefined],
    ['actiontrail/', undefined],
  ])('%s is %s', (name, found) => {
    expect(templateNamed(name)?.name).toBe(found)
  })

  test('the rule of the vendor’s walk-through has its title', () => {
    const text = templateNamed('actiontrail/vpc-route-change')?.text ?? ''
    expect(ruleOf(text).title).toBe('VPC Network Route Change Alert')
  })
})

describe('a record that', () => {
  test.each(rows(({ matches }) => matches))('%s matches: %s', (_, __, text, record) => {
    const rule = ruleOf(text)
    expect(compileRules([rule]).match(record)).toEqual([rule])
    expect(ruleMatches(documentsOf(text)[0], record)).toBe(true)
  })

  test.each(rows(({ ignores }) => ignores))('%s ignores: %s', (_, __, text, record) => {
    expect(compileRules([ruleOf(text)]).match(record)).toEqual([])
    expect(ruleMatches(documentsOf(text)[0], record)).toBe(false)
  })
})

describe('a burst', () => {
  const bursts = templates.flatMap(({ name, text }) => {
    const { matches, bursts = [] } = casesOf({ name, text })
    return bursts.map((burst) => ({ template: name, text, ...burst, record: matches[burst.record] }))
  })

  test('is tested for every correlation, raising and not', () => {
    const counting = templates.filter(({ text }) => parseSigma(text).correlations.length > 0).map(({ name }) => name)
    for (const raises of [true, false]) {
      const tested = bursts.filter((burst) => burst.raises === raises).map(({ template }) => template)
      expect([...new Set(tested)]).toEqual(counting)
    }
  })

  test.each(bursts)('$template: $name', ({ text, record, times, everySeconds, raises, each, without }) => {
    const from = Date.UTC(2026, 2, 2)
    const records = Array.from({ length: times }, (_, nth) => ({
      time: from + nth * everySeconds * 1000,
      record: changed(record, each, without, `n-${nth}`),
    }))
    expect(eventCountMatches(documentsOf(text), records)).toBe(raises)
    const { rules, correlations } = parseSigma(text)
    const ruleSet = compileRules(rules)
    const counting = createCounting(rules, correlations)
    const found = records.flatMap(({ time, record }, nth) => {
      const matches = ruleSet.match(record, (_, error) => {
        throw error
      })
      const event = { id: String(nth), time: new Date(time).toISOString() }
      return counting.raised(
        matches.map(({ id }) => id),
        event,
        () => record,
      )
    })
    expect(found.length > 0).toBe(raises)
  })
})

/** The record with another value at the place `each`, and without the member at the place `without`. */
function changed(record: unknown, each: string[] | undefined, without: string[] | undefined, value: string): unknown {
  const copy = structuredClone(record) as Record<string, unknown>
  const parentOf = (place: string[]): Record<string, unknown> =>
    place.slice(0, -1).reduce<Record<string, unknown>>((parent, key) => {
      parent[key] ??= {}
      return parent[key] as Record<string, unknown>
    }, copy)
  if (without !== undefined) delete parentOf(without)[without.at(-1)!]
  if (each !== undefined) parentOf(each)[each.at(-1)!] = value
  return copy
}

describe('labels', () => {
  const labelsOf = (text: string) => {
    const { rules, correlations } = parseSigma(text)
    return compileLabels([...correlations, ...rules][0]?.labels ?? [])
  }
  const wanted = templates.flatMap((template) => {
    const { matches, labels = [] } = casesOf(template)
    return labels.map(({ record, labels }) => ({ template, name: record, record: matches[record], labels }))
  })

  test.each(wanted)('$template.name: $name', ({ template, record, labels }) => {
    const [alert, ...others] = labelsOf(template.text)(record)
    expect(others).toEqual([])
    expect(Object.fromEntries(alert ?? [])).toMatchObject(labels)
  })

  const several = templates.flatMap((template) => (casesOf(template).alerts ?? []).map((one) => ({ template, ...one })))

  test.each(several)('$template.name: $name', ({ template, record, labels }) => {
    expect(compileRules([ruleOf(template.text)]).match(record)).toHaveLength(1)
    expect(labelsOf(template.text)(record).map((alert) => Object.fromEntries(alert))).toEqual(labels)
  })

  test('a template with a label of resources is tested with several resources', () => {
    for (const template of templates.filter(({ text }) => text.includes('{resource:'))) {
      expect(casesOf(template).alerts?.length, template.name).toBeGreaterThan(0)
    }
  })
})

describe('parameters', () => {
  const filled = templates.flatMap((template) => (casesOf(template).filled ?? []).map((one) => ({ template, ...one })))

  test.each(filled)('$template.name with $parameters', ({ template, parameters, matches = {}, ignores = {} }) => {
    const result = withParameters(template, parameters)
    const set = compileRules([ruleOf(result.ok ? result.text : '')])
    for (const [name, record] of Object.entries(matches)) expect(set.match(record), name).toHaveLength(1)
    for (const [name, record] of Object.entries(ignores)) expect(set.match(record), name).toHaveLength(0)
  })

  test('every correlation has a threshold parameter', () => {
    for (const template of templates.filter(({ text }) => text.includes('correlation:'))) {
      const result = withParameters(template, { threshold: 711 })
      expect(parseSigma(result.ok ? result.text : '')).toMatchObject({
        problems: [],
        correlations: [{ condition: { op: 'gt', count: 711 } }],
      })
    }
  })

  test('without parameters the rules stay as they are', () => {
    for (const template of templates) {
      const result = withParameters(template, {})
      const withoutPlaces = ({ rules, correlations, problems }: ReturnType<typeof parseSigma>) => ({
        rules: [...rules, ...correlations].map((rule) => ({ ...rule, origin: undefined })),
        problems,
      })
      const filled = parseSigma(result.ok ? result.text : '')
      expect(withoutPlaces(filled)).toEqual(withoutPlaces(parseSigma(template.text)))
    }
  })

  test.each<[template: string, parameters: Record<string, unknown>, problem: string]>([
    ['actiontrail/api-err', { limit: 3 }, 'parameter "limit": unknown; it has threshold'],
    ['actiontrail/slb-http', { threshold: 3 }, 'parameter "threshold": unknown; it has none'],
    ['actiontrail/api-err', JSON.parse('{"__proto__": 3}'), 'parameter "__proto__": unknown'],
    ['actiontrail/api-err', { threshold: '3' }, 'has to be a whole number from 0 on'],
    ['actiontrail/api-err', { threshold: -1 }, 'has to be a whole number from 0 on'],
    ['actiontrail/unauth-login', { allowedNetworks: [] }, 'has to be a list of 1 to 1000 values'],
    ['actiontrail/unauth-login', { allowedNetworks: '10.0.0.0/8' }, 'has to be a list of 1 to 1000 values'],
    ['actiontrail/unauth-login', { allowedNetworks: [10] }, 'every value has to be a string'],
    ['actiontrail/off-duty-login', { workingHours: ['9'] }, 'every value has to be a number'],
  ])('%s refuses %o', (name, parameters, problem) => {
    const result = withParameters(templateNamed(name) as Template, parameters)
    expect(result.ok ? '' : result.error).toContain(problem)
  })
})
