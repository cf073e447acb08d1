import { CloudEvent } from 'cloudevents'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cloudEventsKind } from '../../../../shared/channels/cloudevents/kind.ts'
import { formOf } from '../../../../shared/settings/form.ts'

const url = 'https://bus.example.com/events'

const problemsOf = (settings: unknown) => {
  const parsed = cloudEventsKind.parse(settings)
  return parsed.ok ? [] : parsed.problems.map(({ path }) => path)
}

describe('settings of an event bus', () => {
  test('need a URL and nothing else', () => {
    expect(cloudEventsKind.parse({ url })).toEqual({
      ok: true,
      settings: { url, mode: 'structured', timeZone: 'UTC' },
    })
  })

  test('take every field', () => {
    const settings = {
      url,
      secret: 's3cret',
      headers: { 'X-Team': 'ops' },
      authorization: { type: 'Bearer', credentials: 'abc' },
      timeoutMs: 500,
      mode: 'batch',
      tells: 'alerts',
      source: 'https://tocsin.example.com/?a=%20b',
      typePrefix: 'com.example.alarm',
      timeZone: 'Asia/Shanghai',
      eventBus: 'arms-test',
      region: 'cn-hangzhou',
      accountId: '1100000000000001',
      publishAddress: '203.0.113.7',
      time: true,
    }
    expect(cloudEventsKind.parse(settings)).toEqual({ ok: true, settings })
  })

  test.each<[unknown, string[]]>([
    [null, ['']],
    [{}, ['url']],
    [{ url: 'ftp://bus.example.com/' }, ['url']],
    [{ url, maxAlerts: 1 }, ['maxAlerts']],
    [JSON.parse(`{"url":"${url}","__proto__":{"a":1}}`), ['__proto__']],
    [{ url, mode: 'avro' }, ['mode']],
    [{ url, source: '' }, ['source']],
    [{ url, source: 'a b' }, ['source']],
    [{ url, source: 'a\nb' }, ['source']],
    [{ url, source: '100%' }, ['source']],
    [{ url, source: '1a:b' }, ['source']],
    [{ url, source: 'x'.repeat(129) }, ['source']],
    [{ url, typePrefix: '' }, ['typePrefix']],
    [{ url, typePrefix: 'a b' }, ['typePrefix']],
    [{ url, typePrefix: 'x'.repeat(57) }, ['typePrefix']],
    [{ url, timeZone: '' }, ['timeZone']],
    [{ url, timeZone: 'Mars/Olympus' }, ['timeZone']],
    [{ url, timeZone: '+08:00' }, ['timeZone']],
    [{ url, timeZone: 8 }, ['timeZone']],
    [{ url, eventBus: '' }, ['eventBus']],
    [{ url, eventBus: 'a\r\nb' }, ['eventBus']],
    [{ url, eventBus: 'x'.repeat(128) }, ['eventBus']],
    [{ url, region: 'é' }, ['region']],
    [{ url, accountId: 11 }, ['accountId']],
    [{ url, publishAddress: 'tocsin.example' }, ['publishAddress']],
    [{ url, publishAddress: '203.0.113.7:80' }, ['publishAddress']],
    [{ url, publishAddress: '203.0.113.7\r\nx: y' }, ['publishAddress']],
    [{ url, time: 'yes' }, ['time']],
    [{ url, headers: { 'CE-Id': 'x' } }, ['headers.CE-Id']],
    [{ url, headers: { 'content-type': 'x' } }, ['headers.content-type']],
    [{ url, secret: 'whsec_' }, ['secret']],
    [{ url, basicAuth: { username: 'u', password: 'p' }, authorization: { credentials: 'x' } }, ['authorization']],
    [{ url, mode: 1, source: '', timeZone: 'x' }, ['mode', 'source', 'timeZone']],
  ])('%j is refused at its path', (settings, paths) => {
    expect(problemsOf(settings)).toEqual(paths)
  })

  test('no problem repeats the URL: it may carry a token', () => {
    const parsed = cloudEventsKind.parse({ url: 'ftp://bus.example.com/t0ken', secret: 's3cret', mode: 'x' })
    expect(JSON.stringify(parsed)).not.toMatch(/t0ken|s3cret/)
  })

  test('that are taken make a source and a type that every CloudEvents library takes', () => {
    const text = fc.string({ unit: fc.constantFrom(...'aZ0-._~:/?@!&+,;=%2F#[]|^ "'), maxLength: 12 })
    fc.assert(
      fc.property(text, text, (source, typePrefix) => {
        const parsed = cloudEventsKind.parse({ url, source, typePrefix })
        if (!parsed.ok) return
        new CloudEvent({ id: 'i', source: parsed.settings.source, type: `${parsed.settings.typePrefix}:create` })
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the kind', () => {
  test('is for life-cycle events only', () => {
    expect([{}, { tells: 'alerts' }].map((given) => cloudEventsKind.lifecycle?.(given))).toEqual([true, false])
  })

  test('keeps secret what may let somebody in', () => {
    const secret = formOf(cloudEventsKind.fields).filter((field) => field.secret)
    expect(secret.map(({ name }) => name).sort()).toEqual([
      'authorization.credentials',
      'basicAuth.password',
      'headers',
      'secret',
      'url',
    ])
  })
})
