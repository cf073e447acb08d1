import type { Problem } from '../../problem/problem.ts'
import { isEmpty, isMapping } from '../reading/mapping.ts'
import { followsRedirects, OTHER_KINDS, TEMPLATED } from './schema.ts'

/*
 * What an import takes although Alertmanager would do more. The checks look at the written file, whose scalars are
 * text.
 */

type Written = Record<string, unknown>

/** A warning is the place and the difference, in the form of a problem. */
export function importWarnings(file: Written): Problem[] {
  const unread = 'no receiver here could use a template, so the files are not read'
  return [
    ...(isEmpty(file.templates) ? [] : [{ path: 'templates', message: unread }]),
    ...redirectWarnings('global.http_config', isMapping(file.global) ? file.global.http_config : undefined),
    ...webhooksOf(file).flatMap(({ path, webhook }) => redirectWarnings(`${path}.http_config`, webhook.http_config)),
  ]
}

function redirectWarnings(path: string, given: unknown): Problem[] {
  if (!isMapping(given) || !followsRedirects(given.follow_redirects)) return []
  return [{ path: `${path}.follow_redirects`, message: 'redirects are not followed: a redirect is a failed delivery' }]
}

/**
 * The problems of `global.http_config`, which webhooks without an `http_config` use. Where there is no such webhook, a
 * setting that is not supported changes nothing: its problem is idle, a warning.
 */
export function idleSettings(file: Written, problems: readonly Problem[]): { idle: Problem[]; heeded: Problem[] } {
  const listed = file.receivers === undefined || Array.isArray(file.receivers)
  const used = !listed || webhooksOf(file).some(({ webhook }) => webhook.http_config === undefined)
  const isIdle = ({ message }: Problem): boolean => !used && message.startsWith('is not supported')
  const idle = problems
    .filter(isIdle)
    .map(({ path, message }) => ({ path, message: `${message}; no receiver uses it` }))
  return { idle, heeded: problems.filter((problem) => !isIdle(problem)) }
}

/** Template files are refused beside a receiver that would use templates, and beside such a label of a route. */
export function templateProblems(file: Written): Problem[] {
  return isEmpty(file.templates) || !usesTemplates(file) ? [] : [{ path: 'templates', message: TEMPLATED }]
}

function usesTemplates(file: Written): boolean {
  const receivers: unknown[] = Array.isArray(file.receivers) ? file.receivers : []
  const others = receivers.some((one) => isMapping(one) && OTHER_KINDS.some((kind) => !isEmpty(one[kind])))
  const webhooks = webhooksOf(file)
  const templated = webhooks.some(({ webhook }) => !isEmpty(webhook.payload) || isTemplate(webhook.url))
  return others || templated || routeUsesTemplates(file.route)
}

/** The file is no deeper than its reader allows, so the walk may recurse. */
function routeUsesTemplates(route: unknown): boolean {
  if (!isMapping(route)) return false
  const children: unknown[] = Array.isArray(route.routes) ? route.routes : []
  return (isMapping(route.labels) && Object.values(route.labels).some(isTemplate)) || children.some(routeUsesTemplates)
}

export function isTemplate(given: unknown): boolean {
  return typeof given === 'string' && given.includes('{{')
}

/** Every webhook that is a mapping, with its path. */
function webhooksOf({ receivers }: Written): { path: string; webhook: Written }[] {
  const list: unknown[] = Array.isArray(receivers) ? receivers : []
  return list.flatMap((receiver, place) => {
    const webhooks: unknown[] =
      isMapping(receiver) && Array.isArray(receiver.webhook_configs) ? receiver.webhook_configs : []
    return webhooks.flatMap((webhook, index) =>
      isMapping(webhook) ? [{ path: `receivers[${place}].webhook_configs[${index}]`, webhook }] : [],
    )
  })
}
