import { expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import { readText } from '../../../shared/content-template/read-text.ts'
import { sampleValues } from '../../../shared/content-template/sample-values.ts'

const values = sampleValues({ language: 'en', timeZone: 'UTC', url: 'https://hub.example.net/incidents/1' })

test('every variable is an expression that a template reads without a warning', () => {
  for (const { expression } of values) {
    const read = finish(readText(`{{ ${expression} }}`))
    expect([expression, read.ok && read.warnings]).toEqual([expression, []])
  }
})

test('variables have their values in the sample, those of mappings by themselves', () => {
  const of = new Map(values.map((one) => [one.expression, one]))
  expect(of.get('alert.region')).toMatchObject({ value: 'cn-hangzhou', ofMessage: false })
  expect(of.get('alert.labels.eventName')?.value).toBe('CreateRouteEntry')
  expect(of.get('group.policy_name')).toMatchObject({ value: 'Audit', ofMessage: true })
  expect(of.get('alerts')?.value).toBe('[…]')
})
