import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { parseSigma } from '../../../shared/rule/parse.ts'
import type { RuleMetadata } from '../../../shared/rule/rule.ts'
import { parametersOf } from '../../../shared/rule-templates/parameters.ts'
import { type Template, templates } from '../../../shared/rule-templates/template.ts'
import type { ApiDeps } from '../http/deps.ts'
import { listPage, readPaging } from '../http/paging.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { listOf, pagingQuery } from '../http/schemas.ts'

const LIST = 'rule-templates'

const item = z
  .object({
    template: z.string().describe('What a rule of the account names'),
    title: z.string(),
    description: z.string().optional(),
    level: z.string().optional(),
    labels: z.array(z.string()).describe('By which its alerts are told apart'),
    references: z.array(z.string()),
    parameters: z.record(z.string(), z.unknown()).describe('What a rule of the account may set, as it is otherwise'),
    sigma: z.string().describe('The file as it is'),
  })
  .meta({ id: 'RuleTemplate' })

type TemplateItem = z.output<typeof item>

/** The shipped rules, the same for every account. */
export function ruleTemplateRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/rule-templates',
      access: 'viewer',
      about: {
        summary: 'The rules that ship',
        query: pagingQuery,
        answers: { 200: { text: 'The templates', schema: listOf(item) } },
      },
      handle: (ask) => listTemplates(deps, ask),
    },
  ]
}

let shown: TemplateItem[] | undefined

/** The templates with the words of their files. */
export function shippedRules(): readonly TemplateItem[] {
  shown ??= templates.map(showTemplate)
  return shown
}

function listTemplates(deps: ApiDeps, ask: Ask): Answer {
  const paging = readPaging(ask, LIST, deps.secrets)
  if ('refused' in paging) return paging
  const all = shippedRules()
  const from = Number(paging.after ?? 0)
  const to = from + paging.limit
  return json(200, listPage(all.slice(from, to), to < all.length ? String(to) : undefined, ask, LIST, deps.secrets))
}

function showTemplate(template: Template): TemplateItem {
  const { rules, correlations } = parseSigma(template.text)
  // A correlation follows the rules of its counts in the file, and raises the alert.
  const about: RuleMetadata | undefined = correlations.at(-1) ?? rules.at(-1)
  return {
    template: template.name,
    title: about?.title ?? template.name,
    description: about?.description,
    level: about?.level,
    labels: (about?.labels ?? []).map(({ label }) => label),
    references: [...(about?.references ?? [])],
    parameters: parametersOf(template),
    sigma: template.text,
  }
}
