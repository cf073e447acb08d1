import type { Browser, Page } from './browser.ts'

/* The form of an entry as a browser without scripts has it: fields are read from the page and sent with a button. */

export type Fields = [name: string, value: string][]

/** The fields of the form that a browser would send. */
export function fieldsOf({ text }: Page): Fields {
  const form = /<form class="form panel" id="entry"[\s\S]*?<\/form>/.exec(text)?.[0] ?? ''
  const controls = form.matchAll(/<(input)\b([^>]*)>|<(select|textarea)\b([^>]*)>([\s\S]*?)<\/\3>/g)
  return [...controls].flatMap(([, single, own = '', paired, others = '', inner = '']): Fields => {
    const [tag, attributes] = [single ?? paired, single === undefined ? others : own]
    const name = attribute(attributes, 'name')
    if (name === undefined || /\bdisabled\b/.test(attributes)) return []
    if (tag === 'select') {
      const chosen = /<option([^>]*) selected>([^<]*)/.exec(inner) ?? /<option([^>]*)>([^<]*)/.exec(inner)
      return chosen === null ? [] : [[name, attribute(chosen[1]!, 'value') ?? plain(chosen[2]!)]]
    }
    if (tag === 'textarea') return [[name, plain(inner).replace(/^\n/, '')]]
    const isBox = attribute(attributes, 'type') === 'checkbox'
    if (isBox && !/\bchecked\b/.test(attributes)) return []
    return [[name, attribute(attributes, 'value') ?? (isBox ? 'on' : '')]]
  })
}

/** Types texts over those of the form, and presses a button. */
export async function press(
  browser: Browser,
  path: string,
  page: Page,
  button: string,
  typed: Record<string, string | string[]> = {},
): Promise<Page> {
  const kept = fieldsOf(page).filter(([name]) => !Object.hasOwn(typed, name))
  const form: Record<string, string[]> = {}
  for (const [name, value] of kept) form[name] = [...(form[name] ?? []), value]
  for (const [name, value] of Object.entries(typed)) form[name] = [value].flat()
  return await browser.visit(path, { form: { ...form, do: button } })
}

function attribute(attributes: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)
  return found === null ? undefined : plain(found[1]!)
}

function plain(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&', '#39': "'" }
  return text.replaceAll(/&(lt|gt|quot|amp|#39);/g, (_, name: string) => named[name]!)
}
