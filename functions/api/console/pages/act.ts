import { sleep } from '../../../../shared/base/time.ts'
import type { Action, ActionType } from '../../../../shared/group/action.ts'
import type { Refusal, Route } from '../../http/route.ts'
import { findIncident } from '../../incidents/read-incident.ts'
import { requestAction } from '../../incidents/request-action.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { action } from '../page/page.ts'
import { ownPath } from '../session/own-path.ts'

/** The group takes an action within moments, mostly; a page waits for so long before it goes on. */
const WAIT_MS = 2500
const LOOK_MS = 60
const MOST_LOOKS = 40

export const ACTION_TYPES = ['claim', 'unclaim', 'assign', 'comment', 'close', 'reopen'] as const satisfies ActionType[]

/** What people do about an incident: asked for, and then the page shows what came of it. */
export function actRoutes(deps: ConsoleDeps): Route[] {
  return ACTION_TYPES.map((type) =>
    action(deps, {
      path: `/incidents/{id}/${type}`,
      access: 'responder',
      nav: 'incidents',
      act: async (ask, form) => {
        const incident = ask.param('id')
        if (type === 'claim' && (await isTaken(deps, ask, incident, form))) {
          return redirect(`${ask.base}/incidents/${incident}?done=claim`)
        }
        const done = await act(deps, ask, { type, incident, form })
        if ('refused' in done) return done
        const next = ownPath(field(form, 'next') ?? `/incidents/${incident}`)
        return redirect(ask.base + (done.taken === undefined ? next : withDone(next, { type, incident }, done.taken)))
      },
    }),
  )
}

/** The field of a claim with the person who had the incident when the page was made; nobody: empty. */
export const HAD = 'had'

/**
 * Whether another person has claimed the incident since the page was made. A claim from a page with the name of that person
 * takes the incident over. The group takes both claims of the same moment: the later claim counts, and both pages say so.
 */
async function isTaken(deps: ConsoleDeps, ask: PageAsk, id: string, form: Form): Promise<boolean> {
  const had = form.get(HAD)
  if (had === null) return false
  const handler = await anotherHas(deps, ask, id)
  return handler !== undefined && handler !== had
}

/** The other person who has the incident in hand. Nobody has a closed incident in hand. */
export async function anotherHas(
  deps: ConsoleDeps,
  { account, me }: Pick<PageAsk, 'account' | 'me'>,
  id: string,
): Promise<string | undefined> {
  const { handler, closedAt } = (await findIncident(deps, account, id)) ?? {}
  return handler === me || closedAt !== undefined ? undefined : handler
}

export interface ActRequest {
  type: ActionType
  incident: string
  form: Form
}

const LONGEST_TEXT = 4000
const LONGEST_PERSON = 100

/** Asks the group, and waits a moment for the group to take the action. */
export async function act(
  deps: ConsoleDeps,
  ask: PageAsk,
  { type, incident, form }: ActRequest,
): Promise<{ taken: boolean | undefined } | Refusal> {
  const words = field(form, 'text')?.slice(0, LONGEST_TEXT)
  // There is nothing to say.
  if (type === 'comment' && words === undefined) return { taken: undefined }
  const to = field(form, 'to')?.slice(0, LONGEST_PERSON)
  const asked = await requestAction(deps, {
    account: ask.account,
    ...{ type, incident, by: ask.me, at: ask.now },
    text: words,
    to: type === 'assign' ? (to ?? ask.me) : undefined,
    once: field(form, 'once'),
  })
  if ('refused' in asked) return asked
  return { taken: await wasTaken(deps, ask.account, asked) }
}

async function wasTaken(deps: ConsoleDeps, account: string, asked: Action): Promise<boolean> {
  const began = deps.clock.elapsed()
  for (let looks = 0; looks < MOST_LOOKS && deps.clock.elapsed() - began < WAIT_MS; looks++) {
    const incident = await findIncident(deps, account, asked.incident)
    if (incident?.acted?.includes(asked.id)) return true
    await sleep(deps.clock, LOOK_MS)
  }
  return false
}

function withDone(path: string, { type, incident }: Omit<ActRequest, 'form'>, taken: boolean): string {
  const [before = '/', search = ''] = path.split('?', 2)
  const query = new URLSearchParams(search)
  query.set(taken ? 'done' : 'slow', type)
  // A list has many incidents; the page of an incident says the incident itself.
  if (before !== `/incidents/${incident}`) query.set('id', incident)
  return `${before}?${query.toString()}`
}
