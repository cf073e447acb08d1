import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { parseRfc3339 } from '../../../shared/base/rfc3339.ts'
import { toRfc3339 } from '../../../shared/base/time.ts'
import { dutyChangesAt, onDuty } from '../../../shared/people/on-duty.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { notFound, refuseWith } from '../http/route.ts'
import { time } from '../http/schemas.ts'

const duty = z
  .object({
    group: z.string(),
    at: time,
    user: z.string().optional().describe('Absent: no user of the rotation is enabled, or the group is disabled'),
    until: time.describe('The next moment at which somebody else may be on duty'),
  })
  .meta({ id: 'OnDuty' })

/** Who of a user group with a rotation is on duty. */
export function dutyRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/user-groups/{id}/on-duty',
      access: 'viewer',
      about: {
        summary: 'Who of the user group is on duty, now or at another moment',
        query: { at: z.iso.datetime().describe('Now when absent') },
        answers: {
          200: { text: 'The user on duty', schema: duty },
          404: { text: 'There is no such group, or it has no rotation' },
        },
      },
      handle: (ask) => answerDuty(deps, ask),
    },
  ]
}

async function answerDuty(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const given = ask.query.get('at')
  const at = given === null ? ask.now : parseRfc3339(given)
  if (at === undefined) return refuseWith(400, 'invalid', 'at: a time such as 2026-01-05T09:00:00Z')
  const { people } = await deps.configs.current(ask.account)
  const group = people.group(ask.param('id'))
  if (group === undefined) return notFound('user group')
  const { id, rotation, enabled } = group
  if (rotation === undefined) return notFound('rotation of the user group')
  const user = enabled ? onDuty(rotation, at, (one) => people.user(one)?.enabled === true) : undefined
  const answer: z.output<typeof duty> = {
    ...{ group: id, at: toRfc3339(at), until: toRfc3339(dutyChangesAt(rotation, at)) },
    ...(user === undefined ? {} : { user }),
  }
  return json(200, answer)
}
