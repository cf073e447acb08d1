import { SECOND, sleep } from '../../../../shared/base/time.ts'
import { channelTypes } from '../../../../shared/channels/registry.ts'
import type { Channel, Config } from '../../../../shared/config/config.ts'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { testChannel } from '../../config/channel-test/route.ts'
import { notFound, type Refusal, type Route } from '../../http/route.ts'
import type { DeliveryItem } from '../../incidents/delivery-view.ts'
import { readOneDelivery } from '../../incidents/one-delivery.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { livePart, notice } from '../parts/controls.ts'
import { entryPath } from '../parts/entry-path.ts'
import { said } from '../parts/said.ts'
import { channelWords } from '../parts/targets.ts'
import { durationText } from '../parts/time.ts'
import { outcomeText } from './deliveries.ts'

/** A page waits for so long for the outcome, and then asks again by itself. */
const WAIT_MS = 2.5 * SECOND
const LOOK_MS = 100
const MOST_LOOKS = 25
const MOST_USERS = 500

/** A test message, and how it went. */
export function channelTestPages(deps: ConsoleDeps): Route[] {
  const of = { access: 'editor', nav: 'integrations', path: '/channels/{id}/test' } as const
  return [
    page(deps, { ...of, load: (ask) => testPage(deps, ask) }),
    action(deps, { ...of, act: (ask, form) => send(deps, ask, form) }),
  ]
}

async function send(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Shown | Response | Refusal> {
  const user = field(form, 'user')
  const sent = await testChannel(deps, ask, user === undefined ? {} : { user })
  if (!('refused' in sent)) {
    await waitForOutcome(deps, ask, sent.delivery)
    return redirect(`${ask.base}${entryPath('/channels', ask.param('id'), 'test')}?delivery=${sent.delivery}`)
  }
  if (sent.status !== 422 && sent.status !== 429) return sent
  const message = sent.details?.[0]?.message ?? sent.message
  const shown = await testPage(deps, ask, { message, ...(user !== undefined && { user }) })
  return 'refused' in shown ? shown : { ...shown, status: sent.status }
}

async function waitForOutcome(deps: ConsoleDeps, ask: PageAsk, id: string): Promise<void> {
  const began = deps.clock.elapsed()
  for (let looks = 0; looks < MOST_LOOKS && deps.clock.elapsed() - began < WAIT_MS; looks++) {
    const found = await readOneDelivery(deps, ask, id)
    if (found?.outcome !== undefined) return
    await sleep(deps.clock, LOOK_MS)
  }
}

/** A test that was refused. */
interface Refused {
  message: string
  user?: string
}

async function testPage(deps: ConsoleDeps, ask: PageAsk, refused?: Refused): Promise<Shown | Refusal> {
  const { text, base, query } = ask
  const words = text.test
  const id = ask.param('id')
  const { config } = await readConfig(deps, ask.account, ['channels', 'users'])
  const channel = config.channels.find((one) => one.id === id)
  if (channel === undefined) return notFound('channel')
  const title = words.title(channelWords(channel))
  const asked = query.get('delivery')
  const delivery = asked === null ? undefined : await readOneDelivery(deps, ask, asked)
  const tag = delivery === undefined ? 'none' : `${delivery.state}-${delivery.attempts ?? 0}`
  const part = livePart(
    ask,
    'test',
    entryPath('/channels', id, 'test'),
    tag,
    asked === null ? nothing : outcome(ask, delivery),
  )
  return {
    title,
    live: { tag, body: () => part },
    body: html`<div class="title"><h1>${said(title, 160)}</h1></div>${part}<form class="form panel" method="post" action="${base}${entryPath('/channels', id, 'test')}"><p>${words.says}</p>${
      reachesUsers(channel) ? userField(ask, config.users, refused) : problemText(ask, refused)
    }<div class="acts"><button class="main">${words.action}</button><a class="button quiet" href="${base}/channels" data-key="Escape">${text.back}</a></div></form>`,
  }
}

function reachesUsers({ type }: Channel): boolean {
  return (channelTypes.get(type)?.kind.recipients ?? 'none') !== 'none'
}

function problemText({ text }: PageAsk, refused: Refused | undefined): Html {
  if (refused === undefined) return nothing
  return html`<p class="error" id="user-error" role="alert"><bdi>${text.problem(refused.message)}</bdi></p>`
}

/** Who gets the test. */
function userField(ask: PageAsk, users: Config['users'], refused: Refused | undefined): Html {
  const words = ask.text.test
  const wrong = refused === undefined ? nothing : html` aria-invalid="true" autofocus`
  return html`<div class="field"><label for="user">${words.user}</label><select id="user" name="user" aria-describedby="user-help${refused === undefined ? '' : ' user-error'}"${wrong}><option value="">–</option>${users
    .slice(0, MOST_USERS)
    .map(
      ({ id, name }) => html`<option value="${id}"${id === refused?.user ? html` selected` : nothing}>${name}</option>`,
    )}</select><small id="user-help">${words.userHelp}</small>${problemText(ask, refused)}</div>`
}

function outcome(ask: PageAsk, delivery: DeliveryItem | undefined): Html {
  const { text, now } = ask
  const words = text.test
  if (delivery?.outcome === undefined) return notice(words.waiting)
  const { openedAt, outcome, state } = delivery
  const took = Math.max(SECOND, Date.parse(outcome.at) - Date.parse(openedAt ?? new Date(now).toISOString()))
  if (state === 'arrived') return notice(words.arrived(durationText(took, text)))
  return notice(html`${words.failed}: ${outcomeText(ask, outcome)}`, 'bad')
}
