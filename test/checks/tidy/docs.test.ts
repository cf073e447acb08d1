import { describe, expect, test } from 'vitest'
import { listPath } from '../../../functions/api/config/collections.ts'
import { collections } from '../../../shared/document/sections/registry.ts'
import { read, sources } from './sources.ts'

const readme = read('README.md')[0]?.text
const apiPage = read('docs/api.md')[0]?.text ?? ''
// Pages of the console are for people: docs/console.md describes them.
const api = sources.filter(({ path }) => path.startsWith('functions/api/') && !path.includes('/console/'))
const hosts = sources.filter(({ path }) => path.startsWith('infra/') || path.endsWith('/lambda.ts'))

/** Every variable that the hosts read from their environment. */
function variables(): string[] {
  const names = hosts.flatMap(({ text }) => [
    ...text.matchAll(/\b(?:env|environment)\.(TOCSIN_[A-Z_]+|PORT|HOST)\b/g),
    ...text.matchAll(/\b(?:env|optionalEnv)\('([A-Z_]+)'\)/g),
  ])
  return [...new Set(names.map(([, name]) => name as string))].sort()
}

/** Paths declared as data by the api, except Alertmanager's own paths, which Alertmanager documents. */
function routes(): string[] {
  const paths = api.flatMap(({ text }) => [...text.matchAll(/\bpath: '(\/[^']*)'/g)].map(([, path]) => path as string))
  const lists = collections.map(({ name }) => listPath(name))
  return [...new Set([...paths, ...lists])].filter((path) => !path.startsWith('/api/v2/')).sort()
}

describe('README.md', () => {
  test.runIf(readme !== undefined)('names every variable of the environment', () => {
    expect(variables().length).toBeGreaterThan(5)
    expect(variables().filter((name) => !readme?.includes(name))).toEqual([])
  })
})

test('docs/api.md names every route of the api', () => {
  expect(routes().filter((path) => !apiPage.includes(path))).toEqual([])
})

test('docs/architecture.md names tests and planted bugs that are there', () => {
  const page = read('docs/architecture.md')[0]?.text ?? ''
  const cited = [...page.matchAll(/`(test\/[\w./-]+\.ts)`((?:,? "[^"]+")+)/g)].flatMap(([, path = '', names = '']) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => ({ path, name })),
  )
  expect(cited.length).toBeGreaterThan(10)
  expect(cited.filter(({ path, name }) => !read(path)[0]?.text.includes(name))).toEqual([])
})

describe('docs/dependencies.md', () => {
  test('says of every dependency what it is for', () => {
    const manifest = JSON.parse(read('package.json')[0]?.text ?? '') as Record<string, Record<string, string>>
    const names = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.keys(manifest[kind] ?? {}),
    )
    const text = read('docs/dependencies.md')[0]?.text ?? ''
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([])
  })
})

describe('every function', () => {
  const lambdas = sources.filter(({ path }) => /^functions\/.*\/lambda\.ts$/.test(path))

  test.each(lambdas.map(({ path }) => path.split('/')[1] as string))('%s has its README and function.yml', (name) => {
    const about = read(`functions/${name}/README.md`)[0]?.text ?? ''
    const lambda = lambdas.find(({ path }) => path === `functions/${name}/lambda.ts`)?.text ?? ''
    const needed = [...lambda.matchAll(/\b(?:env|optionalEnv)\('([A-Z_]+)'\)/g)].map(
      ([, variable]) => variable as string,
    )
    expect(needed.filter((variable) => !about.includes(variable))).toEqual([])
    expect(read(`functions/${name}/function.yml`)).toHaveLength(1)
    expect(read('serverless.yml')[0]?.text).toContain(`functions/${name}/function.yml`)
  })
})
