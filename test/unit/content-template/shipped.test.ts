import { describe, expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import { channelTypes } from '../../../shared/channels/registry.ts'
import type { KindContent } from '../../../shared/config/content-template.ts'
import { renderMessage } from '../../../shared/content-template/render.ts'
import { sampleNotification } from '../../../shared/content-template/sample.ts'
import { SHIPPED_TEMPLATES } from '../../../shared/content-template/shipped.ts'
import { readSection } from '../../../shared/document/sections/section.ts'
import { templatesSection } from '../../../shared/document/sections/templates.ts'
import { viewOf } from '../../../shared/message-view/view.ts'

const read = finish(readSection(templatesSection, SHIPPED_TEMPLATES, {} as never))
const texts = (read.value ?? []).flatMap(({ id, kinds }) =>
  Object.entries(kinds).flatMap(([kind, content]) =>
    content.texts.map(({ language }) => ({ id, kind, language, content })),
  ),
)

function words(kind: string, content: KindContent, language: 'en' | 'zh', state: 'firing' | 'resolved') {
  const view = viewOf(sampleNotification(state))
  const form = channelTypes.get(kind)!.kind.content!
  return finish(renderMessage({ kind: form, content, language, timeZone: 'UTC', view }))
}

describe('shipped templates', () => {
  test('are taken as they are, without a warning', () => {
    expect([read.problems, read.warnings]).toEqual([[], []])
  })

  test('have a text for every kind that takes one', () => {
    const kinds = [...channelTypes].filter(([, { kind }]) => kind.content !== undefined && kind.sameAs === undefined)
    const shipped = new Set(texts.map(({ kind }) => kind))
    expect(kinds.flatMap(([type]) => (shipped.has(type) ? [] : [type]))).toEqual([])
  })

  test.each(texts)('$id: $kind in $language', ({ kind, language, content }) => {
    for (const state of ['firing', 'resolved'] as const) {
      const said = words(kind, content, language, state)
      if (!said.ok) throw new Error(said.reason)
      const { content: text, single } = said.rendered
      expect(text).toContain('VPC Network Route Change Alert')
      if (kind !== 'webhook' && kind !== 'function') {
        expect(text).not.toMatch(/\{\{|\{%|undefined|1970|\n{4}/)
        expect(/[一-鿿]/.test(text)).toBe(language === 'zh')
      }
      for (const one of single ?? []) expect(Object.keys(JSON.parse(one.content))).toHaveLength(17)
    }
  })

  test('have a list for chats that ends where its alert ends', () => {
    const dingtalk = texts.find(({ kind, language }) => kind === 'dingtalk' && language === 'en')!
    const said = words('dingtalk', dingtalk.content, 'en', 'resolved')
    expect(said.ok && said.rendered.content).toMatchInlineSnapshot(`
      "**VPC Network Route Change Alert**

      **Status**: <font color=#72C140>Resolved</font>

      **Severity**: <font color=#F08300>High</font>

      **Fired at**: 2026-01-14 08:04:30

      **Resolved at**: 2026-01-14 08:29:30

      **Project**: actiontrail-prod

      **Labels**:

      - alertname: VPC Network Route Change Alert
      - cloudAccount: 154035569884
      - eventName: CreateRouteEntry
      - project: actiontrail-prod
      - region: cn-hangzhou
      - rule: vpc-route-change
      - severity: high

      **Annotations**:

      - description: CreateRouteEntry by Alice, from 203.0.113.7.  
      Check whether the change was planned.
      - runbook_url: https:​//example.com/runbooks/vpc-route
      - sourceIp: ​203.0.113.7
      - summary: A route of the VPC vpc-bp1 was changed
      - user: Alice

      **VPC Network Route Change Alert**

      **Status**: <font color=#72C140>Resolved</font>

      **Severity**: <font color=#E03C39>Critical</font>

      **Fired at**: 2026-01-14 08:05:30

      **Resolved at**: 2026-01-14 08:29:30

      **Project**: actiontrail-prod

      **Labels**:

      - alertname: VPC Network Route Change Alert
      - cloudAccount: 154035569884
      - eventName: DeleteRouteEntry
      - project: actiontrail-prod
      - region: cn-beijing
      - rule: vpc-route-change
      - severity: critical

      **Annotations**:

      - description: CreateRouteEntry by Alice, from 203.0.113.7.  
      Check whether the change was planned.
      - runbook_url: https:​//example.com/runbooks/vpc-route
      - sourceIp: ​203.0.113.7
      - summary: A route of the VPC vpc-2ze was deleted
      - user: <​Bob & "friends">"
    `)
  })
})
