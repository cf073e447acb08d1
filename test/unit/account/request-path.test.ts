import { describe, expect, test } from 'vitest'
import { apiRoutes } from '../../../functions/api/handler.ts'
import { basePathOf, requestPath } from '../../../shared/account/request-path.ts'
import { startApi } from '../api/harness.ts'

const at = (path: string, base = '') => requestPath(`http://tocsin${path}`, base)

describe('the path of a request', () => {
  test.each([
    ['', '/'],
    ['/', '/'],
    ['?a=/b', '/'],
    ['/a/b?c=/d/', '/a/b'],
    ['//', '/'],
    ['//a', '/a'],
    ['/a//b///c', '/a/b/c'],
    ['/a/', '/a'],
    ['/a//', '/a'],
    ['/a/./b/.', '/a/b'],
    ['/a/x/../b', '/a/b'],
    ['/../../a', '/a'],
    ['/.a/b..c/...', '/.a/b..c/...'],
    ['/%61/%2e%2E/b', '/b'],
    ['/%61%5fb', '/a_b'],
    ['/%7e%5f%30%39%41%5a%61%7a%2D', '/~_09AZaz-'],
    // These have another meaning as they are, or are no ASCII letters.
    ['/a%2fb%3F%23%25%36%63%00%0a%20%40%5b%60%7b%7F', '/a%2Fb%3F%23%256c%00%0A%20%40%5B%60%7B%7F'],
    ['/caf%c3%a9/caf%E9', '/caf%C3%A9/caf%E9'],
    ['/a%2561', '/a%2561'],
    ['/100%', '/100%'],
    ['/%zz%6', '/%zz%6'],
  ])('%j is %j', (path, settled) => {
    expect(at(path)).toEqual({ base: '', path: settled })
    expect(at(settled).path).toBe(settled)
  })

  test.each([
    ['https://tocsin.example', ''],
    ['https://tocsin.example/', ''],
    ['https://tocsin.example/a/b', '/a/b'],
    ['https://tocsin.example//a/b//', '/a/b'],
    ['https://tocsin.example/caf%c3%a9', '/caf%C3%A9'],
  ])('the base of %s is %j', (url, base) => {
    expect(basePathOf(url)).toBe(base)
  })

  test.each([
    ['/tocsin', '/tocsin/api/v1/alerts', '/api/v1/alerts'],
    ['/tocsin', '//tocsin//i/x/', '/i/x'],
    ['/tocsin', '/tocsin', '/'],
    ['/tocsin', '/tocsin/', '/'],
    ['/a/b', '/a/b/-/ready', '/-/ready'],
    ['/api', '/api/api/v1/alerts', '/api/v1/alerts'],
    ['/i', '/i/i/x', '/i/x'],
  ])('behind %s, %s is %s', (base, path, wanted) => {
    expect(at(path, base)).toEqual({ base, path: wanted })
  })

  test.each([
    ['/tocsin', '/api/v1/alerts'],
    ['/tocsin', '/tocsins/api/v1/alerts'],
    ['/tocsin', '/tocsin/nope'],
    ['/api', '/api/v1/alerts'],
    ['/i', '/i/x/api/v2/alerts'],
  ])('behind %s, %s stays', (base, path) => {
    expect(at(path, base)).toEqual({ base: '', path })
  })
})

test('every route is served behind a base', async () => {
  for (const { path } of apiRoutes((await startApi()).deps)) expect(at(`/x${path}`, '/x')).toEqual({ base: '/x', path })
})
