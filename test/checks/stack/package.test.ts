import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { directoryOf } from '../../../infra/aws/osls/artifacts.ts'
import { copySources, readTemplate, removeCopy, run, STAGE } from './stack.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) removeCopy(folder)
})

/** The files that `npm run package` writes, without credentials, in a folder of its own: names and hashes. */
function packaged(): { folder: string; files: [name: string, hash: string][] } {
  const folder = copySources()
  folders.push(folder)
  run(folder, 'npm', ['run', 'package', '--', '--stage', STAGE], { SOURCE_DATE_EPOCH: '1795262400' })
  const files = globSync(join(folder, 'dist/package/*')).sort()
  return {
    folder,
    files: files.map((file) => [basename(file), createHash('sha256').update(readFileSync(file)).digest('hex')]),
  }
}

test('packaging twice, in two places, gives equal bytes: a template and a zip for each function', () => {
  const [first, second] = [packaged(), packaged()]
  const functions = globSync('functions/*/lambda.ts', { cwd: first.folder }).map((path) => path.split('/')[1])
  expect(first.files.map(([name]) => name)).toEqual(
    expect.arrayContaining([
      'cloudformation-template-update-stack.json',
      'serverless-state.json',
      ...functions.map((name) => `${name}.zip`),
    ]),
  )
  expect(second.files).toEqual(first.files)

  const [code] = Object.values(readTemplate(first.folder).Resources).filter(({ Type }) => Type.endsWith('::Function'))
  expect(code?.Properties.Code.S3Key).toMatch(/^serverless\/tocsin\/test\/1795262400000-2026-11-21T12:00:00.000Z-/)
}, 120_000)

test('other bundles of the same commit get another folder in the bucket, in the form that osls looks for', () => {
  const [one, other] = [directoryOf(1795262400, 'a'.repeat(64)), directoryOf(1795262400, 'b'.repeat(64))]
  expect(one).not.toBe(other)
  expect(one).toMatch(/^\d+-\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/)
})
