import { expect, test } from 'vitest'
import { blocksOf, openShell } from './shell.ts'

test('the walk of docs/alertmanager.md imports a file with a secret and a template in files', async () => {
  const shell = await openShell('PORT')
  const [start, files, run, stop, ...more] = blocksOf('docs/alertmanager.md', 'import') as [
    string,
    string,
    string,
    string,
  ]
  expect(more).toEqual([])
  await shell.paste(start)
  await shell.paste(files)
  await shell.paste(run)
  expect(shell.output()).toContain(`
  + channels       team/slack/0
  + templateFiles  templates/team.tmpl
  + route          am:{}@team
  + receivers      team
4 to add, 0 to change, 0 to remove
`)
  await shell.paste(run)
  expect(shell.output()).toContain('nothing would change\nnothing changed: it was so already\n')
  // A mistake in a file of templates has the name of the file, and one of the file its line.
  await shell.paste(
    "echo '{{ end }}' > $DATA/alertmanager/templates/team.tmpl; NPX='npx tocsin import'; " +
      '$NPX $DATA/alertmanager/alertmanager.yml; echo exit $?\n',
  )
  expect(shell.output()).toMatch(
    /^\/\S+alertmanager\.yml: templates\/team\.tmpl: template: .*\n1 problem, nothing was changed\nexit 1$/m,
  )
  await shell.paste('TOCSIN_API_KEY=wrong $NPX $DATA/alertmanager/alertmanager.yml; echo exit $?\n')
  expect(shell.output()).toMatch(/^tocsin import: http:\/\/127\.0\.0\.1:\d+ answered 401: .*\nexit 2$/m)
  await shell.paste(stop)
}, 120_000)
