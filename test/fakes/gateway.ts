import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'

interface Route {
  function: string
  method: string
  path: RegExp
  /** Greedy routes come last. */
  greed: number
}

/**
 * The function for a request, by the routes of every `function.yml`, chosen as an HTTP API chooses: a complete path
 * before a greedy path, fixed parts before variables, a method before ANY, $default at last.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html A `/` at the end makes
 * another path, and a greedy variable matches this path as an empty text.
 */
export function gatewayRoutes(): (method: string, path: string) => string {
  const routes = globSync('functions/*/function.yml').flatMap((file): Route[] => {
    const events = [...readFileSync(file, 'utf8').matchAll(/httpApi: '([^']+)'/g)]
    return events.map(([, key = '']) => routeOf(basename(dirname(file)), key))
  })
  routes.sort((a, b) => a.greed - b.greed)
  return (method, path) => {
    const found = routes.find((route) => (route.method === 'ANY' || route.method === method) && route.path.test(path))
    return found?.function ?? ''
  }
}

function routeOf(name: string, key: string): Route {
  if (key === '*') return { function: name, method: 'ANY', path: /^/, greed: Number.POSITIVE_INFINITY }
  const [method = '', path = ''] = key.split(' ')
  const pattern = path.replaceAll(/\{\w+\+\}/g, '.*').replaceAll(/\{\w+\}/g, '[^/]+')
  const variables = path.split('{').length - 1
  const greed = (path.includes('+}') ? 1000 : 0) + variables * 10 + (method === 'ANY' ? 1 : 0)
  return { function: name, method, path: new RegExp(`^${pattern}$`), greed }
}
