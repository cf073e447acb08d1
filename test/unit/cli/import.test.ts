import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readAlertmanagerFile } from '../../../infra/cli/alertmanager/read-file.ts'
import { countsLine, planLines } from '../../../infra/cli/plan-lines.ts'
import { serverOf } from '../../../infra/cli/server.ts'
import { tocsin } from './command.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-import-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

const YML = 'alertmanager.yml'
async function read(text: string, files: Record<string, string> = {}) {
  write({ [YML]: text, ...files })
  return await readAlertmanagerFile(join(folder, YML))
}
async function textOf(text: string, files: Record<string, string>): Promise<string | undefined> {
  const result = await read(text, files)
  return result.ok ? result.file.text : JSON.stringify(result.problems)
}

describe('the files of settings', () => {
  test('stand in the place of their names, and every line is where it was', async () => {
    const given = `# as it is in use
global:
  slack_api_url_file: slack   # one line
  http_config: {basic_auth: {username: u, password_file: deep/password}}
receivers:
  - name: a
    email_configs:
      - to: a@example.com
        auth_password_file: >-
          slack
        tls_config: {ca_file: ca.pem}
    webhook_configs: [{"url_file": 'slack', http_config: {http_headers: {X-T: {files: [slack]}}}}]
`
    const files = { slack: ' https://h/"x"\n', 'deep/password': 'p\n', 'ca.pem': 'a\nb\n' }
    expect(await textOf(given, files)).toBe(`# as it is in use
global:
  slack_api_url: "https://h/\\"x\\""   # one line
  http_config: {basic_auth: {username: u, password: "p"}}
receivers:
  - name: a
    email_configs:
      - to: a@example.com
        auth_password: "https://h/\\"x\\""

        tls_config: {ca: "a\\nb"}
    webhook_configs: [{url: "https://h/\\"x\\"", http_config: {http_headers: {X-T: {secrets: ["https://h/\\"x\\""]}}}}]
`)
  })

  test('are found behind aliases and merges, once each', async () => {
    const given = `
global:
  http_config: &http {authorization: {credentials_file: &f token}}
receivers:
  - name: a
    webhook_configs: [{url: 'http://h/', http_config: *http}, {url_file: *f}, &w {url_file: token}, {<<: *w}]
`
    expect(await textOf(given, { token: 't' })).toBe(`
global:
  http_config: &http {authorization: {credentials: &f "t"}}
receivers:
  - name: a
    webhook_configs: [{url: 'http://h/', http_config: *http}, {url: "t"}, &w {url: "t"}, {<<: *w}]
`)
  })

  test.each([
    ['words of a user', 'receivers: [{pagerduty_configs: [{details: {log_file: /var/log/x}}]}]'],
    ['labels', 'receivers: [{labels: {log_file: /var/log/x}}]'],
    ['what is no list of receivers', 'receivers: [{slack: [{api_url_file: x}]}]'],
    ['client certificates', 'receivers: [{webhook_configs: [{http_config: {tls_config: {key_file: x}}}]}]'],
    ['a setting without a value', 'global: {slack_api_url_file: }'],
    ['another form', 'global: [a]\nreceivers: {a: b}\ntemplates: x'],
  ])('are not looked for in %s', async (_, text) => {
    expect(await textOf(text, {})).toBe(text)
  })

  test('that are missing, empty or written beside the value are named, all at once', async () => {
    const result = await read(
      'global:\n  slack_api_url_file: no\n  opsgenie_api_key_file: empty\n  smtp_auth_password: a\n  smtp_auth_password_file: b\n',
      { empty: '\n' },
    )
    expect(result).toEqual({
      ok: false,
      problems: [
        { path: 'global.slack_api_url_file', message: `cannot read ${folder}/no: ENOENT`, line: 2, column: 3 },
        { path: 'global.opsgenie_api_key_file', message: `${folder}/empty is empty`, line: 3, column: 3 },
        {
          ...{ path: 'global.smtp_auth_password_file', line: 5, column: 3 },
          message: 'is given beside smtp_auth_password: choose one',
        },
      ],
    })
  })

  test.each([
    ['no YAML', 'a: [', 'is not YAML: '],
    ['an alias in its own anchor', 'global: &g {http_config: *g}', 'is not YAML: an alias stands inside'],
  ])('a file with %s is refused at its place', async (_, text, message) => {
    const result = await read(text)
    expect(result).toMatchObject({
      ok: false,
      problems: [{ path: '', message: expect.stringContaining(message), line: 1 }],
    })
  })
})

describe('the files of templates', () => {
  const found = async (text: string, files: Record<string, string>) => {
    const result = await read(text, files)
    return result.ok ? [[...(result.file.templates ?? [['none']])], result.warnings] : result.problems
  }

  test('are found by patterns beside the file, in the order of the patterns and of their paths', async () => {
    const files = { 'b/2.tmpl': '2', 'b/1.tmpl': '1', 'b/x.txt': 'x', 'a.tmpl': 'a' }
    expect(await found(`templates: ['b/*.tmpl', '${folder}/a.*', '[ab].tmpl']`, files)).toEqual([
      [
        ['b/1.tmpl', '1'],
        ['b/2.tmpl', '2'],
        ['a.tmpl', 'a'],
      ],
      [],
    ])
  })

  test('may be links, as in a volume of Kubernetes; a folder is none', async () => {
    write({ '..data/a.tmpl': 'a', 'b.tmpl/c': '' })
    symlinkSync(join('..data', 'a.tmpl'), join(folder, 'a.tmpl'))
    expect(await found("templates: ['*.tmpl']", {})).toEqual([[['a.tmpl', 'a']], []])
  })

  test('that no file matches are warned of', async () => {
    expect(await found("global: {}\ntemplates:\n  - 'x'\n  - 'y/*'\n", { x: '' })).toEqual([
      [['x', '']],
      [{ path: 'templates[1]', message: `no file is ${folder}/y/*`, line: 4, column: 5 }],
    ])
  })

  test('are absent where the file has no templates', async () => {
    expect(await found('route: {}', {})).toEqual([[['none']], []])
  })
})

describe('the server', () => {
  test.each([
    [undefined, {}, 'http://127.0.0.1:8080'],
    [undefined, { TOCSIN_URL: 'https://hub.example/' }, 'https://hub.example'],
    ['https://other.example/base/', { TOCSIN_URL: 'https://hub.example' }, 'https://other.example/base'],
  ])('%s %j is %s', (to, env, url) => {
    expect(serverOf(to, { env: { TOCSIN_API_KEY: 'k', ...env } })).toEqual({ url, key: 'k' })
  })

  test.each([
    ['nowhere', { TOCSIN_API_KEY: 'k' }, '"nowhere" is not a URL'],
    ['ftp://h', { TOCSIN_API_KEY: 'k' }, '"ftp://h" is not a URL'],
    ['https://u:p@h/', { TOCSIN_API_KEY: 'k' }, 'the URL has a user: set the variable TOCSIN_API_KEY instead'],
    ['https://h/', {}, 'needs an API key in the variable TOCSIN_API_KEY'],
  ])('%s is none', (to, env, problem) => {
    expect(serverOf(to, { env })).toBe(problem)
  })
})

test('a plan has a line for each change, with the fields of a changed entry', () => {
  const plan = [
    { section: 'channels', id: 'team/slack/0', change: 'added' as const },
    {
      ...{ section: 'route', id: '', change: 'changed' as const },
      fields: [
        { path: 'a', from: 1, to: 'x'.repeat(70) },
        { path: 'b', secret: true as const },
        { path: 'c', to: true },
      ],
    },
  ]
  expect([...planLines(plan), countsLine(plan, true), countsLine(plan, false), countsLine([], true)]).toEqual([
    '  + channels  team/slack/0',
    '  ~ route',
    `      a  1 → "${'x'.repeat(59)}…`,
    '      b  (secret)',
    '      c  (none) → true',
    '1 to add, 1 to change, 0 to remove',
    '1 added, 1 changed, 0 removed',
    'nothing would change',
  ])
})

describe('tocsin import', () => {
  test.each([
    [['import'], 'needs one FILE; see tocsin import --help'],
    [['import', 'a', 'b'], 'needs one FILE; see tocsin import --help'],
    [['import', 'a', '--nope'], "Unknown option '--nope'"],
    [['import', 'a', '--to', 'x'], '"x" is not a URL'],
    [['import', 'a'], 'needs an API key in the variable TOCSIN_API_KEY'],
  ])('%j is refused', async (args, message) => {
    const { code, out, err } = await tocsin(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(message)
  })

  test('names a file that is missing', async () => {
    const ran = await tocsin(['import', join(folder, 'no.yml')], '', false, { TOCSIN_API_KEY: 'k' })
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('no such file') })
  })

  test('prints the problems with file and line, and asks nobody', async () => {
    write({ [YML]: 'global:\n  slack_api_url_file: no\n' })
    const path = join(folder, YML)
    expect(await tocsin(['import', path, '--dry-run'], '', false, { TOCSIN_API_KEY: 'k' })).toEqual({
      code: 1,
      out: '',
      err: `${path}:2:3: global.slack_api_url_file: cannot read ${folder}/no: ENOENT\n1 problem, nothing was changed\n`,
    })
  })

  test('--help says what is read, and the exit codes', async () => {
    expect(await tocsin(['import', '--help'])).toMatchObject({ code: 0, out: expect.stringContaining('Exit codes') })
  })
})
