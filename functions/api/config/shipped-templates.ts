import { json } from '../../../shared/base/answers.ts'
import { SHIPPED_TEMPLATES } from '../../../shared/content-template/shipped.ts'
import { templateSchema } from '../../../shared/document/sections/templates.ts'
import type { Route } from '../http/route.ts'
import { listOf } from '../http/schemas.ts'

/** The content templates that ship: entries to begin with, the same for every account. */
export function shippedTemplateRoutes(): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/templates:shipped',
      access: 'viewer',
      about: {
        summary: 'Content templates to begin with',
        answers: {
          200: {
            text: 'Each as POST /api/v1/templates takes it',
            schema: listOf(templateSchema),
          },
        },
      },
      handle: () => json(200, { items: SHIPPED_TEMPLATES }),
    },
  ]
}
