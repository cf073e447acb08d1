import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../../..')
export const STAGE = 'test'

/** Variables that may lie in the environment of the person who deploys, and have to stay out of the stack. */
export const SECRETS = {
  TOCSIN_ADMIN_KEY: 'hunter2-admin',
  TOCSIN_SECRETS_KEY: 'hunter2-secrets',
  TOCSIN_API_KEY: 'hunter2-api',
}

/** The sources of a package: no further file is needed, and no further file can change the package. */
const SOURCES = ['package.json', 'serverless.yml', 'functions', 'infra', 'shared']

export interface Template {
  Resources: Record<string, Resource>
  Outputs: Record<string, { Value: unknown }>
}

export interface Resource {
  Type: string
  Properties: Properties
  DeletionPolicy?: string
  UpdateReplacePolicy?: string
}

// biome-ignore lint/suspicious/noExplicitAny: a template is a tree of anything, and tests look deep into it.
export type Properties = Record<string, any>

/** A copy of the sources in a folder of its own, so that the real `dist` stays untouched. */
export function copySources(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-stack-'))
  for (const name of SOURCES) cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

export function removeCopy(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

/** The template as osls makes it, around empty bundles, with these variables set too. */
export function compileTemplate(environment: Record<string, string> = {}): Template {
  const folder = copySources()
  try {
    for (const lambda of globSync('functions/*/lambda.ts', { cwd: folder })) {
      const file = join(folder, 'dist', dirname(lambda).replace('functions/', ''), 'index.mjs')
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, 'export {}\n')
    }
    run(folder, 'osls', ['package', '--package', 'dist/package', '--stage', STAGE], { ...SECRETS, ...environment })
    return readTemplate(folder)
  } finally {
    removeCopy(folder)
  }
}

export function readTemplate(folder: string): Template {
  const file = join(folder, 'dist/package/cloudformation-template-update-stack.json')
  return JSON.parse(readFileSync(file, 'utf8')) as Template
}

/** The environment of osls has only the paths of programs: no credentials, no endpoint, no stage. */
export function run(cwd: string, program: string, words: string[], environment: Record<string, string> = {}): string {
  const PATH = `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`
  const env = { PATH, HOME: cwd, ...environment }
  const { status, stdout, stderr, error } = spawnSync(program, words, { cwd, env, encoding: 'utf8', timeout: 120_000 })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`)
  return stdout
}

/** Resources of one type, by logical id. */
export function ofType({ Resources }: Template, type: string): [id: string, Resource][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type)
}

/** The only resource of a type. */
export function only(template: Template, type: string): Resource {
  const [first, ...more] = ofType(template, type)
  if (!first || more.length > 0) throw new Error(`the template has ${more.length + (first ? 1 : 0)} of ${type}`)
  return first[1]
}

/** The logical id behind a Ref, a GetAtt, or a Sub of one reference. */
export function target(value: unknown): string | undefined {
  const { Ref, 'Fn::GetAtt': att, 'Fn::Sub': sub } = (value ?? {}) as Properties
  if (typeof Ref === 'string') return Ref
  if (Array.isArray(att)) return att[0]
  return typeof sub === 'string' ? /^\$\{(\w+)\.\w+\}/.exec(sub)?.[1] : undefined
}
