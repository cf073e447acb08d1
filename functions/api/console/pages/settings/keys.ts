import type { ApiKey } from '../../../../../shared/account/key-ring.ts'
import { overlapEnd } from '../../../../../shared/account/key-ring.ts'
import { digest } from '../../../../../shared/base/hash.ts'
import { inSlices } from '../../../../../shared/base/steps.ts'
import { DAY, HOUR } from '../../../../../shared/base/time.ts'
import { listKeys } from '../../../../../shared/store/api-keys.ts'
import { readConfig } from '../../../../../shared/store/whole-config.ts'
import { createKey, deleteKey, replaceKey, rotateOneKey } from '../../../account/change-keys.ts'
import { RANKS } from '../../../http/role.ts'
import { isRefusal, notFound, type Refusal, type Route } from '../../../http/route.ts'
import { redirect } from '../../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../../page/ask.ts'
import { type Form, field } from '../../page/form-data.ts'
import { type Html, html, nothing } from '../../page/html.ts'
import { action, page } from '../../page/page.ts'
import { linkButton, notice } from '../../parts/controls.ts'
import {
  type EntryValue,
  type Filled,
  filledAgain,
  fillOf,
  formFields,
  type Input,
  optionsOf,
  readInputs,
} from '../../parts/form.ts'
import { said } from '../../parts/said.ts'
import { listTable } from '../../parts/table.ts'
import { clock } from '../../parts/time.ts'
import { settingsHead } from './tabs.ts'

const OVERLAPS = { '0s': 0, '1h': HOUR, '24h': DAY, '7d': 7 * DAY } as const
const PATH = '/settings/keys'

/** API keys: made, changed, rotated and deleted by owners. The text of a key is shown by the answer that made it, only. */
export function keyPages(deps: ConsoleDeps): Route[] {
  const of = { access: 'owner', nav: 'settings' } as const
  const one = `${PATH}/{id}`
  return [
    page(deps, { ...of, path: PATH, load: (ask) => keyList(deps, ask) }),
    action(deps, { ...of, path: PATH, act: (ask, form) => make(deps, ask, form) }),
    page(deps, { ...of, path: one, load: (ask) => withKey(deps, ask, (key) => changeForm(deps, ask, key)) }),
    action(deps, { ...of, path: one, act: (ask, form) => withKey(deps, ask, (key) => change(deps, ask, key, form)) }),
    page(deps, { ...of, path: `${one}/rotate`, load: (ask) => withKey(deps, ask, (key) => rotateForm(ask, key)) }),
    action(deps, { ...of, path: `${one}/rotate`, act: (ask, form) => rotate(deps, ask, form) }),
    page(deps, { ...of, path: `${one}/delete`, load: (ask) => withKey(deps, ask, (key) => deleteForm(ask, key)) }),
    action(deps, { ...of, path: `${one}/delete`, act: (ask) => remove(deps, ask) }),
  ]
}

async function withKey<T>(
  deps: ConsoleDeps,
  ask: PageAsk,
  then: (key: ApiKey) => T | Promise<T>,
): Promise<T | Refusal> {
  const ring = await listKeys(deps.table, ask.account)
  const key = ring.find(({ id }) => id === ask.param('id'))
  return key === undefined ? notFound('key') : await then(key)
}

async function keyList(deps: ConsoleDeps, ask: PageAsk, refused?: Refused): Promise<Shown> {
  const { text, query } = ask
  const inputs = await keyInputs(deps, ask)
  const ring = await listKeys(deps.table, ask.account)
  const done = (['changed', 'deleted', 'exists'] as const).find((one) => one === query.get('done'))
  return {
    title: `${text.settings.tabs.keys} · ${text.places.settings}`,
    ...(refused !== undefined && { status: refused.refusal.status }),
    body: html`${settingsHead(ask, 'keys')}${notice(done && text.keys.done[done])}
<p class="meta sub">${text.keys.about}</p>
${keyTable(ask, ring)}
<form class="form panel" method="post" action="${ask.base}${PATH}"><h2>${text.keys.add}</h2><input type="hidden" name="once" value="${ask.once}">${formFields(ask, inputs, filledOf(inputs, { role: 'viewer' }, refused))}<div class="acts"><button class="main">${text.keys.make}</button></div></form>`,
  }
}

function keyTable(ask: PageAsk, ring: readonly ApiKey[]): Html {
  const { text, base } = ask
  const { columns } = text.keys
  return listTable<ApiKey>(
    [
      {
        head: columns.name,
        kind: 'wide',
        cell: ({ id, name }) => html`<a href="${base}${PATH}/${id}" data-open><b>${said(name, 100)}</b></a>`,
      },
      { head: columns.role, cell: ({ role }) => text.roles[role] },
      { head: columns.user, cell: ({ user }) => (user === undefined ? nothing : said(user, 60)) },
      { head: columns.created, cell: ({ createdAt }) => clock(ask, createdAt) },
      { head: columns.used, cell: (key) => usedText(ask, key) },
      {
        head: '',
        kind: 'acts',
        cell: ({ id, name }) =>
          html`${linkButton(ask, `${PATH}/${id}/rotate`, text.keys.rotate, { label: `${text.keys.rotate}: ${name}` })}${linkButton(ask, `${PATH}/${id}/delete`, text.remove, { label: `${text.remove}: ${name}` })}`,
      },
    ],
    ring,
  )
}

function usedText(ask: PageAsk, key: ApiKey): Html {
  const until = overlapEnd(key, ask.now)
  const used = key.lastUsedAt === undefined ? html`${ask.text.keys.never}` : clock(ask, key.lastUsedAt)
  return until === undefined
    ? used
    : html`${used} <span class="meta">${ask.text.keys.oldUntil} ${clock(ask, until)}</span>`
}

async function keyInputs(deps: ConsoleDeps, { account, text }: PageAsk): Promise<Input[]> {
  const { users } = (await readConfig(deps, account, ['users'])).config
  const roles = RANKS.map((role): [string, string] => [role, `${text.roles[role]}: ${text.keys.roles[role]}`])
  const owners = users.map(({ id, name }): [string, string] => [id, `${name} (${id})`])
  const choice = { input: 'choice', required: true } as const
  return [
    {
      name: 'name',
      label: text.keys.columns.name,
      input: 'text',
      required: true,
      read: ([typed = '']) => typed.trim(),
    },
    { ...choice, name: 'role', label: text.keys.columns.role, options: optionsOf(Object.fromEntries(roles)) },
    {
      ...{ ...choice, name: 'user', label: text.keys.user },
      options: [{ value: '', words: text.keys.noUser }, ...optionsOf(Object.fromEntries(owners))],
    },
  ]
}

/** A form about a key that was refused, and why. */
interface Refused {
  form: Form
  refusal: Refusal
}

function filledOf(
  inputs: readonly Input[],
  key: { name?: string; role: string; user?: string | undefined },
  refused?: Refused,
): Filled {
  if (refused === undefined) return fillOf(inputs, key)
  const { details, message } = refused.refusal
  return filledAgain(inputs, refused.form, {}, details ?? [{ path: '', message }])
}

async function readKey(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<EntryValue> {
  return (await inSlices(readInputs(await keyInputs(deps, ask), form, {}))).entry
}

/** The form names the key, so a form that is sent twice makes one key. */
async function make(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Shown | Response> {
  const once = field(form, 'once')
  const id = once === undefined ? undefined : digest([ask.account, once], 16)
  const made = await createKey(deps, ask, await readKey(deps, ask, form), id)
  if (!isRefusal(made)) return textShown(ask, ask.text.keys.made, made)
  if (made.code === 'exists') return redirect(`${ask.base}${PATH}?done=exists`)
  return await keyList(deps, ask, { form, refusal: made })
}

/** The only page that shows the text of a key. */
function textShown(ask: PageAsk, words: string, { name, apiKey }: { name: string; apiKey: string }): Shown {
  const { text, base } = ask
  return {
    title: text.settings.tabs.keys,
    body: html`<section class="ask panel"><h1>${said(name, 100)}</h1>${notice(words)}<p class="copyline"><input id="key" readonly value="${apiKey}" aria-label="${text.keys.text}" autocomplete="off"><button type="button" data-copy="key" hidden>${text.copy}</button></p><p><a href="${base}${PATH}">${text.back}</a></p></section>`,
  }
}

async function changeForm(deps: ConsoleDeps, ask: PageAsk, key: ApiKey, refused?: Refused): Promise<Shown> {
  const { text, base } = ask
  const inputs = await keyInputs(deps, ask)
  return {
    title: key.name,
    ...(refused !== undefined && { status: refused.refusal.status }),
    body: html`<section class="panel"><h1>${said(key.name, 100)}</h1><form class="form" method="post" action="${base}${PATH}/${key.id}">${formFields(ask, inputs, filledOf(inputs, key, refused))}<div class="acts"><button class="main">${text.save}</button>${linkButton(ask, PATH, text.cancel, { kind: 'quiet' })}</div></form></section>`,
  }
}

async function change(deps: ConsoleDeps, ask: PageAsk, key: ApiKey, form: Form): Promise<Shown | Response> {
  const changed = await replaceKey(deps, ask, await readKey(deps, ask, form))
  if (isRefusal(changed)) return await changeForm(deps, ask, key, { form, refusal: changed })
  return redirect(`${ask.base}${PATH}?done=changed`)
}

function rotateForm({ text, base }: PageAsk, { id, name }: ApiKey): Shown {
  const title = text.keys.rotateTitle(name)
  return {
    title,
    body: html`<section class="ask panel"><h1>${said(title)}</h1><form method="post" action="${base}${PATH}/${id}/rotate"><fieldset><legend>${text.keys.rotateSays}</legend>${Object.keys(
      OVERLAPS,
    ).map(
      (time) =>
        html`<label class="line"><input type="radio" name="overlap" value="${time}"${time === '24h' ? html` checked` : nothing}> ${text.keys.overlaps[time as '0s']}</label>`,
    )}</fieldset><button class="main">${text.keys.rotate}</button></form><p><a href="${base}${PATH}">${text.back}</a></p></section>`,
  }
}

/** A form that is sent twice is refused the second time while the old text lives, so no text is lost unseen. */
async function rotate(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Shown | Refusal> {
  const overlap = OVERLAPS[form.get('overlap') as keyof typeof OVERLAPS] ?? OVERLAPS['24h']
  const rotated = await rotateOneKey(deps, ask, overlap)
  return isRefusal(rotated) ? rotated : textShown(ask, ask.text.keys.rotated, rotated)
}

function deleteForm(ask: PageAsk, key: ApiKey): Shown {
  const { text, base } = ask
  const title = text.keys.deleteTitle(key.name)
  return {
    title,
    body: html`<section class="ask panel"><h1>${said(title)}</h1><p>${text.keys.deleteSays}</p><p class="meta">${text.keys.lastUsed} ${usedText(ask, key)}</p><form method="post" action="${base}${PATH}/${key.id}/delete"><button class="bad">${text.remove}</button></form><p><a href="${base}${PATH}">${text.back}</a></p></section>`,
  }
}

async function remove(deps: ConsoleDeps, ask: PageAsk): Promise<Response | Refusal> {
  return (await deleteKey(deps, ask)) ?? redirect(`${ask.base}${PATH}?done=deleted`)
}
