import type { Api } from '../harness.ts'

export interface Page {
  status: number
  headers: Headers
  text: string
}

export interface Visit {
  form?: Record<string, string | string[]>
  headers?: Record<string, string>
}

/** A browser without a screen: it keeps cookies, and sends forms as a page of the console does. */
export function openBrowser(api: Api) {
  const cookies = new Map<string, string>()
  const visit = async (path: string, { form, headers = {} }: Visit = {}): Promise<Page> => {
    const body =
      form &&
      new URLSearchParams(
        Object.entries(form).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one])),
      )
    const response = await api.handle(
      new Request(`https://tocsin.example${path}`, {
        method: form === undefined ? 'GET' : 'POST',
        headers: {
          ...(cookies.size > 0 && { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') }),
          ...(body && { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }),
          ...headers,
        },
        ...(body && { body: body.toString() }),
      }),
    )
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '' || /Max-Age=0\b/.test(cookie)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  return {
    visit,
    cookies,
    signIn: (key: string) => visit('/session', { form: { key } }),
  }
}

export type Browser = ReturnType<typeof openBrowser>
