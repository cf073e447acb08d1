import { describe, expect, expectTypeOf, test } from 'vitest'
import type { CustomMapping } from '../../../shared/integrations/custom-mapping.ts'
import type { CustomSettings } from '../../../shared/integrations/custom-settings.ts'
import { integrations } from '../../../shared/integrations/registry.ts'
import {
  integrationFields,
  maskIntegrationSettings,
  readIntegrationSettings,
} from '../../../shared/integrations/settings.ts'
import { createSecretBox } from '../../../shared/secret/seal.ts'
import { openSealed } from '../../../shared/settings/sealed.ts'

const box = createSecretBox(Buffer.alloc(32), (size) => Buffer.alloc(size))
const other = createSecretBox(Buffer.alloc(32, 1), (size) => Buffer.alloc(size))

describe('settings of a format', () => {
  test('are the mapping and the severities for formats that read by a mapping', () => {
    expectTypeOf<CustomSettings>().toEqualTypeOf<{
      severityMap?: Record<string, string> | undefined
      custom?: CustomMapping | undefined
    }>()
    const types = [...integrations.keys()]
    const withFields = Object.fromEntries(types.map((type) => [type, Object.keys(integrationFields(type))]))
    expect(withFields).toEqual({
      actiontrail: [],
      alertmanager: ['severityMap'],
      arms: ['severityMap'],
      cloudevents: ['severityMap', 'custom'],
      cloudtrail: [],
      custom: ['severityMap', 'custom'],
      prometheus: ['severityMap', 'absorbRefreshes'],
    })
  })

  test('of another format, or of none, are refused at their name', () => {
    const given = { severityMap: { P1: 'critical' }, custom: {}, absorbRefreshes: true, colour: 'red' }
    expect(readIntegrationSettings('cloudtrail', given, {}, box)).toEqual({
      ok: false,
      problems: [
        {
          path: 'severityMap',
          message: 'is for what gives alerts; of what comes as cloudtrail the rules say how bad it is',
        },
        { path: 'custom', message: 'is for cloudevents and custom only' },
        { path: 'absorbRefreshes', message: 'is for prometheus only' },
        { path: 'colour', message: 'unknown key' },
      ],
    })
  })

  test('that this version does not know are not shown', () => {
    const stored = { severityMap: { P1: 'critical' }, secret: box.seal('t0ken') }
    expect(maskIntegrationSettings('prometheus', stored)).toEqual({ severityMap: { P1: 'critical' } })
  })
})

describe('sealed settings', () => {
  test('are opened at any depth without their declaration', () => {
    const settings = {
      secret: box.seal('a'),
      more: [{ key: box.seal('b') }],
      plain: 'sealed:v1:no',
      most: 7,
      none: null,
    }
    expect(openSealed(settings, box)).toEqual({ ...settings, secret: 'a', more: [{ key: 'b' }] })
  })

  test('under another key stay sealed, so that no check of them succeeds', () => {
    const settings = { secret: other.seal('a') }
    expect(openSealed(settings, box)).toEqual(settings)
  })
})
