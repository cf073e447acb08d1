import { expect, test } from 'vitest'
import { normalTarget } from '../../../infra/machine/request.ts'

test.each([
  ['/l/x', '/l/x'],
  ['/%6c/x', '/l/x'],
  ['/%6C/x?a=%6c', '/l/x?a=%6c'],
  ['/i/%74sn_%2Dx#%6c', '/i/tsn_-x#%6c'],
  ['/%2e%2e/%7e%5f%30%39%41%5a%61%7a', '/../~_09AZaz'],
  // These have another meaning unescaped, or are no ASCII letters.
  ['/a%2Fb%3f%23%25%36%63%00%20%40%5b%60%7b%7F%c3%a9', '/a%2Fb%3f%23%256c%00%20%40%5b%60%7b%7F%c3%a9'],
  ['/%', '/%'],
  ['/%zz%6', '/%zz%6'],
  ['', ''],
])('%s is %s', (target, normal) => {
  expect(normalTarget(target)).toBe(normal)
})
