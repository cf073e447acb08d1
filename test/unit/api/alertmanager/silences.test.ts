import { beforeEach, describe, expect, test } from 'vitest'
import { HOUR, toRfc3339 } from '../../../../shared/base/time.ts'
import { type Api, START, startApi } from '../harness.ts'
import { silence } from './posted-silence.ts'

/* Alertmanager's answers (facts from prometheus/alertmanager, Apache-2.0), texts of 0.34. */

const key = 'a-responder'
const at = (ms: number): string => toRfc3339(START + ms)

let api: Api
beforeEach(async () => {
  api = await startApi()
})

describe('api: silences', () => {
  const HOURLY = { startsAt: at(-10_000), endsAt: at(HOUR) }
  const post = (body: unknown) => api.ask('POST', '/api/v2/silences', { key, body })
  const UNKNOWN = '00000000-0000-4000-8000-000000000000'

  test('a silence that is posted can be read; a start that has passed is now', async () => {
    const made = await post(silence([['alertname', 'A']], HOURLY))
    expect(made.status).toBe(200)
    const id = made.json.silenceID
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const { json } = await api.ask('GET', `/api/v2/silence/${id}`, { key })
    const shown = {
      id,
      status: { state: 'active' },
      updatedAt: at(0),
      comment: 'c',
      createdBy: 'me',
      endsAt: at(HOUR),
      matchers: [{ isEqual: true, isRegex: false, name: 'alertname', value: 'A' }],
      startsAt: at(0),
    }
    expect(json).toEqual(shown)
    expect((await api.ask('GET', '/api/v2/silences', { key })).json).toEqual([shown])
    expect((await api.ask('GET', '/api/v2/silences', { key: 'b-owner' })).json).toEqual([])
    expect((await api.ask('GET', `/api/v2/silence/${id}`, { key: 'b-owner' })).status).toBe(404)
    expect((await api.ask('DELETE', `/api/v2/silence/${id}`, { key: 'b-owner' })).status).toBe(404)
  })

  test('another end keeps the id, other matchers make another silence and expire the old', async () => {
    const id = (await post(silence([['a', 'x']], HOURLY))).json.silenceID
    const later = silence([['a', 'x']], { startsAt: at(0), endsAt: at(2 * HOUR) }, { id })
    expect((await post(later)).json.silenceID).toBe(id)
    api.time.now += 1000
    const other = (await post(silence([['a', 'y']], HOURLY, { id }))).json.silenceID
    expect(other).not.toBe(id)
    const { json } = await api.ask('GET', '/api/v2/silences', { key })
    const states = json.map((one: { id: string; status: { state: string } }) => [one.id, one.status.state])
    expect(states).toEqual([
      [other, 'active'],
      [id, 'expired'],
    ])
    const filtered = await api.ask('GET', '/api/v2/silences?filter=a%3Dy', { key })
    expect(filtered.json.map((one: { id: string }) => one.id)).toEqual([other])
    const living = await api.ask('GET', '/api/v2/silences?expired=false', { key })
    expect(living.json.map((one: { id: string }) => one.id)).toEqual([other])
  })

  const ok = silence([['a', 'b']], HOURLY)
  const without = (name: string): unknown => ({ ...ok, [name]: undefined })
  const matcher = (more: object): unknown => ({ ...ok, matchers: [{ name: 'a', value: 'b', isRegex: false, ...more }] })
  test.each([
    ['an unknown id', { ...ok, id: UNKNOWN }, 404, 'silence not found'],
    [
      'no matchers',
      { ...ok, matchers: [] },
      422,
      { code: 612, message: 'matchers in body should have at least 1 items' },
    ],
    ['no comment', without('comment'), 422, { code: 602, message: 'comment in body is required' }],
    ['no createdBy', without('createdBy'), 422, { code: 602, message: 'createdBy in body is required' }],
    ['a null end', { ...ok, endsAt: null }, 422, { code: 602, message: 'endsAt in body is required' }],
    ['nothing', {}, 422, { code: 602, message: 'comment in body is required' }],
    [
      'a matcher without a name',
      matcher({ name: undefined }),
      422,
      { code: 602, message: 'matchers.0.name in body is required' },
    ],
    [
      'a matcher without isRegex',
      matcher({ isRegex: undefined }),
      422,
      { code: 602, message: 'matchers.0.isRegex in body is required' },
    ],
    [
      'only what matches everything',
      matcher({ value: '.*', isRegex: true }),
      400,
      'invalid silence: matcher set 0: at least one matcher must not match the empty string',
    ],
    [
      'an end before the start',
      { ...ok, startsAt: at(HOUR), endsAt: at(0) },
      400,
      'Failed to create silence: start time must be before end time',
    ],
    [
      'an end in the past',
      { ...ok, startsAt: at(-HOUR), endsAt: at(-1000) },
      400,
      "Failed to create silence: end time can't be in the past",
    ],
    [
      'zero times',
      { ...ok, startsAt: '0001-01-01T00:00:00.000Z', endsAt: '0001-01-01T00:00:00.000Z' },
      400,
      'Failed to create silence: start time must be before end time',
    ],
    [
      'a bad expression',
      matcher({ value: '(', isRegex: true }),
      400,
      'invalid silence: invalid label matcher 0 in set 0: invalid regular expression "(": error parsing regexp: missing closing ): `(`',
    ],
    [
      'a time that is none',
      { ...ok, startsAt: 'yesterday' },
      400,
      {
        code: 400,
        message:
          'parsing silence body from "" failed, because parsing time "yesterday" as "2006-01-02 15:04:05": cannot parse "yesterday" as "2006"',
      },
    ],
    ['null', 'null', 422, { code: 602, message: 'comment in body is required' }],
    [
      'a list',
      [],
      400,
      {
        code: 400,
        message:
          'parsing silence body from "" failed, because json: cannot unmarshal array into Go value of type struct { ID string "json:\\"id,omitempty\\"" }',
      },
    ],
    [
      'half of it',
      '{"matchers',
      400,
      { code: 400, message: 'parsing silence body from "" failed, because unexpected EOF' },
    ],
    [
      'a number for a value',
      matcher({ value: 5 }),
      400,
      {
        code: 400,
        message:
          'parsing silence body from "" failed, because json: cannot unmarshal number into Go struct field PostableSilence.matchers.value of type string',
      },
    ],
  ])('refuses %s', async (_what, body, status, answer) => {
    const posted = await post(body)
    expect([posted.status, posted.json]).toEqual([status, answer])
    expect((await api.ask('GET', '/api/v2/silences', { key })).json).toEqual([])
  })

  test.each([
    ['empty comment and author', { ...ok, comment: '', createdBy: '' }],
    ['only a negative matcher', matcher({ isEqual: false })],
    ['a pending one', { ...ok, startsAt: at(HOUR), endsAt: at(2 * HOUR) }],
    ['UTF-8', silence([['fooΣ', 'bar🙂']], HOURLY)],
    ['fields nobody knows', { ...ok, status: { state: 'active' }, updatedAt: 'x' }],
  ])('takes %s', async (_what, body) => {
    expect((await post(body)).status).toBe(200)
  })

  test('names of fields count in any case, as for Go: what says "not equal" does not silence the opposite', async () => {
    const { createdBy, comment, startsAt, endsAt } = ok
    const Matchers = [{ Name: 'a', VALUE: 'x', IsRegex: false, isequal: false }]
    const posted = await post({ Matchers, CreatedBy: createdBy, COMMENT: comment, StartsAt: startsAt, endsat: endsAt })
    expect(posted.status).toBe(200)
    const { json } = await api.ask('GET', `/api/v2/silence/${posted.json.silenceID}`, { key })
    expect(json.matchers).toEqual([{ name: 'a', value: 'x', isRegex: false, isEqual: false }])
  })

  test('no body and no media type is a missing silence', async () => {
    const { status, json } = await api.ask('POST', '/api/v2/silences', { key })
    expect([status, json]).toEqual([422, { code: 602, message: 'silence in body is required' }])
  })

  test('another media type is 415', async () => {
    const { status, json } = await api.ask('POST', '/api/v2/silences', { key, body: ok, type: 'text/plain' })
    const message = 'unsupported media type "text/plain", only [application/json] are allowed'
    expect([status, json]).toEqual([415, { code: 415, message }])
  })

  test('deleting twice is deleting once; what is unknown is 404, what is no UUID 422', async () => {
    const id = (await post(ok)).json.silenceID
    for (let times = 0; times < 2; times++) {
      const { status, text } = await api.ask('DELETE', `/api/v2/silence/${id}`, { key })
      expect([status, text]).toEqual([200, ''])
    }
    expect((await api.ask('GET', `/api/v2/silence/${id}`, { key })).json.status.state).toBe('expired')
    for (const method of ['GET', 'DELETE']) {
      const { status, text } = await api.ask(method, `/api/v2/silence/${UNKNOWN}`, { key })
      expect([status, text]).toEqual([404, ''])
      for (const wrong of ['foo', '%00', '..%2F..', 'x'.repeat(2000)]) {
        const none = await api.ask(method, `/api/v2/silence/${wrong}`, { key })
        expect([none.status, none.json.code]).toEqual([422, 601])
      }
    }
  })

  test('silences that are posted at once are all kept', async () => {
    const posts = Array.from({ length: 8 }, (_, index) => post(silence([['n', `${index}`]], HOURLY)))
    expect((await Promise.all(posts)).map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect((await api.ask('GET', '/api/v2/silences', { key })).json).toHaveLength(8)
  })
})
