import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { readAccount } from '../../../shared/store/accounts.ts'
import type { ApiDeps } from '../http/deps.ts'
import { RANKS } from '../http/role.ts'
import type { Ask, Route } from '../http/route.ts'

const me = z
  .object({
    account: z.string().describe('The id of the account'),
    name: z.string().describe('The name of the account'),
    key: z.object({ id: z.string(), name: z.string() }),
    role: z.enum(RANKS),
    user: z.string().optional().describe('The user whom the key belongs to'),
  })
  .meta({ id: 'Me' })

/** Who asks. */
export function meRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/me',
      access: 'viewer',
      about: {
        summary: 'The account, the role and the user of the key',
        answers: { 200: { text: 'You', schema: me } },
      },
      handle: async (ask) => json(200, await describeCaller(deps, ask)),
    },
  ]
}

async function describeCaller({ table }: ApiDeps, ask: Ask): Promise<z.output<typeof me>> {
  const { account, keyId = '', name = '', role, user } = ask
  const accountName = (await readAccount(table, account))?.body.name ?? account
  return { account, name: accountName, key: { id: keyId, name }, role, ...(user === undefined ? {} : { user }) }
}
