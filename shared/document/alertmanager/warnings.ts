import { isObject } from '../../base/value.ts'
import type { Problem } from '../../problem/problem.ts'
import { isEmpty } from '../reading/mapping.ts'
import { followsRedirects } from './file/schema.ts'
import type { Written } from './lists/list.ts'
import { RECEIVER_LISTS } from './lists/registry.ts'

/*
 * What an import takes although Alertmanager would do more. The checks look at the written file, whose scalars are
 * text.
 */

export const FILES_MISSING =
  'the files are not in the request: send them as `template_files` beside `alertmanager_config`'

/** Sections for Alertmanager's reports about Alertmanager. Notifications go out without both, so both are accepted. */
const OF_ITSELF = [
  { path: 'tracing', message: 'is not supported: Tocsin sends no traces' },
  { path: 'event_recorder', message: 'is not supported: a channel for life-cycle events tells what happens' },
]

/** A warning is the place and the difference, in the form of a problem. */
export function importWarnings(file: Written, { filesMissing }: { filesMissing: boolean }): Problem[] {
  return [
    ...(filesMissing ? [{ path: 'templates', message: FILES_MISSING }] : []),
    ...OF_ITSELF.filter(({ path }) => !isEmpty(file[path])),
    ...redirectWarnings('global.http_config', isObject(file.global) ? file.global.http_config : undefined),
    ...entriesOf(file).flatMap(({ path, entry }) => redirectWarnings(`${path}.http_config`, entry.http_config)),
  ]
}

function redirectWarnings(path: string, given: unknown): Problem[] {
  if (!isObject(given) || !followsRedirects(given.follow_redirects)) return []
  return [{ path: `${path}.follow_redirects`, message: 'redirects are not followed: a redirect is a failed delivery' }]
}

/**
 * The problems of `global.http_config`, which entries without an `http_config` use. Where there is no such entry, a
 * setting that is not supported changes nothing: its problem is idle, a warning.
 */
export function idleSettings(file: Written, problems: readonly Problem[]): { idle: Problem[]; heeded: Problem[] } {
  const listed = file.receivers === undefined || Array.isArray(file.receivers)
  const used = !listed || entriesOf(file).some(({ entry }) => entry.http_config === undefined)
  const isIdle = ({ message }: Problem): boolean => !used && message.startsWith('is not supported')
  const idle = problems
    .filter(isIdle)
    .map(({ path, message }) => ({ path, message: `${message}; no receiver uses it` }))
  return { idle, heeded: problems.filter((problem) => !isIdle(problem)) }
}

/** Every entry of a receiver that is a mapping, with its path. */
function entriesOf({ receivers }: Written): { path: string; entry: Written }[] {
  const all: unknown[] = Array.isArray(receivers) ? receivers : []
  return all.flatMap((receiver, place) =>
    RECEIVER_LISTS.flatMap(({ list }) => {
      const entries: unknown = isObject(receiver) ? receiver[list] : undefined
      if (!Array.isArray(entries)) return []
      return entries.flatMap((entry, index) =>
        isObject(entry) ? [{ path: `receivers[${place}].${list}[${index}]`, entry }] : [],
      )
    }),
  )
}
