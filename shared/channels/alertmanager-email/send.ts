import { written } from '../alertmanager/written.ts'
import { hostOf } from '../email/message.ts'
import { submit } from '../email/submit.ts'
import { alertmanagerEmailKind, serverOf } from './kind.ts'
import { mailboxesIn, receiverMessage } from './message.ts'

/**
 * Hands one message to the mail server. The login is never sent in the clear: with a login, TLS is required, also where
 * the file says `require_tls: false`.
 */
export const sendAlertmanagerEmail = written(alertmanagerEmailKind, async (settings, content, deps) => {
  const { host, port } = serverOf(settings.smarthost)
  const { auth_username: user, auth_password: pass, ca, hello, force_implicit_tls: forced } = settings
  const login = user !== undefined && pass !== undefined ? { user, pass } : undefined
  const implicit = forced ?? port === 465
  const tls = implicit ? 'implicit' : settings.require_tls || login !== undefined ? 'starttls' : 'none'
  const [from, to] = [mailboxesIn(settings.from), mailboxesIn(settings.to)]
  if (from?.length !== 1 || to === undefined) {
    const detail = `the rendered ${from?.length === 1 ? 'to has no mailboxes' : 'from is not one mailbox'}`
    return { kind: 'dead', at: deps.clock.now(), reason: 'misconfigured', detail }
  }
  const message = await receiverMessage(settings, content, hostOf(deps.publicUrl))
  const server = { host, port, tls, login, ca, name: hello } as const
  const mail = { from: from[0]!, to, message }
  return await submit(server, mail, { giveUpAt: content.giveUpAt, whose: 'the channel' }, deps)
})
