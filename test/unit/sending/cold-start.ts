import { registerHooks } from 'node:module'

/*
 * A process of its own: sends one delivery to a channel as a cold `notify` does, and prints the modules that were loaded
 * for it. The channel's type and its settings as JSON are the arguments.
 */

const seen: string[] = []
registerHooks({
  load: (url, context, next) => {
    seen.push(url)
    return next(url, context)
  },
})
const [type = '', settings = '{}'] = process.argv.slice(2)
const { delivery, due, message, NOW, run, world } = await import('./setup.ts')
const { putDeliveries } = await import('../../../shared/group-store/deliveries.ts')
const here = world({}, [{ id: 'hook', type, sendResolved: true, settings: JSON.parse(settings) }])
await putDeliveries(here.deps.table, [delivery()], { expiresAt: NOW + 86_400_000 })
const before = new Set(seen)
await run(here, message(due()))
const [settled] = here.outcomes
console.log(
  JSON.stringify({ before: [...before], after: seen.filter((url) => !before.has(url)), outcome: settled?.outcome }),
)
