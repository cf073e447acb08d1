import { isObject } from '../../../base/value.ts'
import { alertmanagerEmailKind } from '../../../channels/alertmanager-email/kind.ts'
import type { Problem } from '../../../problem/problem.ts'
import { isEmpty } from '../../reading/mapping.ts'
import { FILES } from '../file/schema.ts'
import { kindList } from './kind-list.ts'
import type { EntryContext, EntryRead, ReceiverList, Written } from './list.ts'

const base = kindList({
  list: 'email_configs',
  kind: alertmanagerEmailKind,
  sendResolved: false,
  inherited: {
    from: 'smtp_from',
    smarthost: 'smtp_smarthost',
    hello: 'smtp_hello',
    auth_username: 'smtp_auth_username',
    auth_password: 'smtp_auth_password',
    require_tls: 'smtp_require_tls',
    force_implicit_tls: 'smtp_force_implicit_tls',
  },
  files: ['auth_password'],
  withoutHttp: true,
})

export const emailList: ReceiverList = { list: base.list, sendResolved: base.sendResolved, read: readEmail }

function readEmail(entry: Written, context: EntryContext): EntryRead {
  const { auth_identity, auth_secret, auth_secret_file, tls_config, ca: _ca, ...rest } = entry
  const { global } = context
  const tls = readTls(isEmpty(tls_config) ? global.smtp_tls_config : tls_config)
  const read = base.read({ ...rest, ...(tls.ca !== undefined && { ca: tls.ca }) }, context)
  const { settings } = read
  const problems = [...read.problems, ...tls.problems]
  const identity = isEmpty(auth_identity) ? global.smtp_auth_identity : auth_identity
  if (!isEmpty(identity) && identity !== settings.auth_username) {
    problems.push({ path: 'auth_identity', message: 'is not supported: the user name is the identity' })
  }
  const secrets = [auth_secret, auth_secret_file, global.smtp_auth_secret, global.smtp_auth_secret_file]
  if (settings.auth_password === undefined && secrets.some((secret) => !isEmpty(secret))) {
    problems.push({ path: 'auth_secret', message: 'is not supported: CRAM-MD5, give auth_password' })
  }
  if (entry.ca !== undefined) problems.push({ path: 'ca', message: 'unknown key' })
  // Alertmanager does not log in without a user name.
  if (settings.auth_username === undefined) delete settings.auth_password
  return { ...read, settings, problems, warnings: tlsWarnings(read) }
}

function tlsWarnings({ settings }: EntryRead): Problem[] {
  const { require_tls: requires, auth_username: user, force_implicit_tls: forced, smarthost } = settings
  const implicit = forced ?? /:465$/.test(String(smarthost))
  if (requires !== false || user === undefined || implicit === true) return []
  return [{ path: 'require_tls', message: 'the login is not sent in the clear: TLS is required all the same' }]
}

function readTls(given: unknown): { ca?: string; problems: Problem[] } {
  if (!isObject(given)) return { problems: [] }
  const { ca, insecure_skip_verify: skips, ca_file: caFile, ...others } = given
  const problems: Problem[] = []
  const say = (name: string, message: string): void => void problems.push({ path: `tls_config.${name}`, message })
  if (/^(?:y|yes|on|true)$/i.test(String(skips))) {
    say('insecure_skip_verify', 'is not supported: certificates are always verified')
  }
  if (!isEmpty(caFile)) say('ca_file', FILES)
  for (const [name, value] of Object.entries(others)) if (!isEmpty(value)) say(name, 'is not supported')
  return { ...(typeof ca === 'string' && ca !== '' && { ca }), problems }
}
