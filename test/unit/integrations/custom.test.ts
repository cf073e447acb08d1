import { describe, expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import { custom } from '../../../shared/integrations/custom.ts'
import type { CustomMapping } from '../../../shared/integrations/custom-mapping.ts'
import type { CustomSettings } from '../../../shared/integrations/custom-settings.ts'
import { decodeBody } from '../../../shared/integrations/severity.ts'
import { context } from './context.ts'

function decode(posted: unknown, mapping: CustomMapping) {
  const settings: CustomSettings = { custom: mapping }
  const decoded = finish(decodeBody(custom, posted, context(), settings))
  if (!('alerts' in decoded)) throw new Error('not alerts')
  return decoded.alerts.map(({ labels, annotations }) => ({ labels, annotations }))
}

describe('a body of which the mapping reads nothing', () => {
  const labels = { alertname: 'title', team: { value: 'storage' } }

  test('is an alert with the text of the body beside the labels that are always the same', () => {
    expect(decode({ hello: 1 }, { labels, annotations: { summary: 'text' } })).toEqual([
      { labels: { alertname: 'Things', team: 'storage' }, annotations: { message: '{"hello":1}' } },
    ])
  })

  test('has the name that the mapping always gives', () => {
    const named = { alertname: { value: 'backup' }, host: 'host' }
    expect(decode({ hello: 1 }, { labels: named })).toMatchObject([{ labels: { alertname: 'backup' } }])
  })

  test('needs no field for a mapping whose labels are always the same', () => {
    const same = { alertname: { value: 'backup' } }
    expect(decode({ hello: 1 }, { labels: same })).toEqual([{ labels: { alertname: 'backup' }, annotations: {} }])
  })

  test('is not a body with an annotation', () => {
    expect(decode({ text: 'full' }, { labels, annotations: { summary: 'text' } })).toEqual([
      { labels: { team: 'storage' }, annotations: { summary: 'full' } },
    ])
  })
})
