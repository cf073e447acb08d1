import { finish } from '../../../shared/base/steps.ts'
import { MAX_MILLIS, SECOND } from '../../../shared/base/time.ts'
import { defaultConfig } from '../../../shared/config/sections.ts'
import { readYamlAtOnce } from '../../../shared/document/reading/yaml.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { targetsOf } from '../../../shared/group/log-entry.ts'
import { compilePeople } from '../../../shared/people/people.ts'
import { renderReason } from '../../../shared/reason/render.ts'
import type { Happening, Rehearsal, Rehearsed } from '../../../shared/rehearsal/happening.ts'
import { rehearse } from '../../../shared/rehearsal/rehearse.ts'
import { type CompiledConfig, compileConfig, withPeople } from '../../../shared/routing/compile.ts'
import { testBox } from '../document/box.ts'

/** A Monday at noon in UTC. Seconds of a story count from here. */
export const NOON = Date.parse('2026-03-02T12:00:00Z')

const ACCOUNT = `
channels:
  - { id: ops, type: webhook, url: "https://hooks.example/a" }
  - { id: mail, type: email, host: mail.example.com, from: tocsin@example.com, to: [team@example.com] }
  - { id: voice, type: email, host: mail.example.com, from: tocsin@example.com, to: [team@example.com] }
  - { id: backup, type: webhook, url: "https://hooks.example/d" }
  - { id: quiet, type: webhook, url: "https://hooks.example/e", sendResolved: false }
users:
  - { id: alice, name: Alice }
  - { id: bobby, name: Bobby }
  - { id: carol, name: Carol }
userGroups:
  - { id: people, members: [alice, bobby] }
  - { id: oncall, members: [alice, bobby], rotation: { start: "2026-03-02T09:30", every: 1h, order: [alice, bobby] } }
calendars: [{ id: office }]
`

/** An account with one policy of this text; `people`: sections in the place of those above. */
export function account(policy: string, people = ''): CompiledConfig {
  const timers = 'groupWait: 0s, groupInterval: 1m, repeatInterval: 9d'
  const read = readYamlAtOnce(`${people || ACCOUNT}\npolicies:\n  - { id: p, ${timers}, ${policy} }\n`)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const result = finish(readTocsinYml(read.document, defaultConfig(), testBox()))
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  const { users, userGroups, calendars, ...routing } = result.next
  const config = { ...routing, users: [], userGroups, calendars, revision: '1', since: 0 }
  return withPeople(compileConfig(config), compilePeople('1', { users, userGroups, calendars }))
}

/**
 * One word a happening: `0 a` fires, `30 a:critical` fires with that severity, `60 -a` ends, `10 mei claims`,
 * `unclaims`, `closes`, `reopens`; seconds from noon.
 */
function happening(text: string): Happening {
  const [seconds = '', word = '', verb] = text.split(' ')
  const at = NOON + Number(seconds) * SECOND
  if (verb !== undefined) {
    const type = verb.replace(/s$/, '') as 'claim' | 'unclaim' | 'close' | 'reopen'
    return { at, action: { type, by: word } }
  }
  const [name = '', severity] = word.replace(/^-/, '').split(':')
  const labels = { alertname: name, ...(severity === undefined ? {} : { severity }) }
  const origin = { account: 'acme', integration: 'default' }
  const endsAt = word.startsWith('-') ? at : MAX_MILLIS
  return { at, alert: { labels, annotations: {}, startsAt: at, endsAt, origin } }
}

export function play(
  config: CompiledConfig,
  events: readonly string[],
  seconds: number,
  more: Partial<Rehearsal> = {},
): Rehearsed {
  return finish(
    rehearse({
      account: 'acme',
      config,
      silences: [],
      groups: [],
      happenings: events.map(happening),
      from: NOON,
      until: NOON + seconds * SECOND,
      ...more,
    }),
  )
}

/** `0 ops first a+ b-`: seconds, target, reason, alerts that fire and that ended. */
export function tellings({ told }: Rehearsed): string[] {
  return told.map(({ at, target, why, alerts }) => {
    const words = alerts.map(({ labels, ended }) => `${labels.alertname}${ended ? '-' : '+'}`)
    return `${(at - NOON) / SECOND} ${target} ${why} ${words.join(' ')}`
  })
}

/** `60 ops not-told told already`, of these kinds. */
export function notes({ noted }: Rehearsed, ...kinds: string[]): string[] {
  return noted
    .filter(({ entry }) => kinds.includes(entry.kind))
    .map(({ entry }) => {
      const targets = targetsOf(entry).join(',')
      return [(entry.at - NOON) / SECOND, targets, renderReason(entry.reason)].filter((part) => part !== '').join(' ')
    })
}
