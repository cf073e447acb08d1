import { stringify } from 'yaml'
import { inSlices } from '../../../../../shared/base/steps.ts'
import { isObject } from '../../../../../shared/base/value.ts'
import type { Shown as Entry } from '../../../../../shared/document/sections/section.ts'
import type { Problem } from '../../../../../shared/problem/problem.ts'
import { atLeast } from '../../../http/role.ts'
import { type Builder, type Built, type Checking, ENTER, type Known } from '../../manage/builder.ts'
import type { PageAsk } from '../../page/ask.ts'
import { type Form, field } from '../../page/form-data.ts'
import { type Html, html, nothing } from '../../page/html.ts'
import { isAt } from '../../parts/form.ts'
import { targetNames } from '../../parts/targets.ts'
import { parseYaml } from '../../parts/yaml-input.ts'
import { countMatches } from './counts.ts'
import {
  type Draft,
  draftOf,
  FLOW_FIELDS,
  isOfFlow,
  isPlain,
  moveAt,
  parseDraft,
  pushAt,
  putAt,
  valueAt,
  withDraft,
} from './draft.ts'
import { nodeForm } from './node-form.ts'
import { isBlank, kindOf, mergeNode } from './nodes.ts'
import { nodesOf, problemsByNode } from './places.ts'
import { flowTree, type NamePeople } from './tree.ts'

/* The action flow in the form of a policy: nodes with buttons, or YAML for those who prefer it. */

/** What the page shows of the flow, besides the entry. */
interface View {
  entry: Entry
  open?: string
  focus?: string
  rows?: number
  /** The text of a person; present: the flow is shown as YAML. */
  yaml?: string
}

export const flowBuilder: Builder = {
  begin: (ask, entry, known) => built(ask, known, { entry }, 'show'),
  async carried(form, entry) {
    const yaml = form.get('yaml')
    if (yaml !== null) return { ...withoutFlow(entry), ...(await readFields(yaml)).fields }
    const given = form.get('draft')
    // A form without the part, such as one of an older page, leaves the part alone.
    if (given === null) return entry
    const draft = parseDraft(given)
    return draft === undefined ? { ...withoutFlow(entry), notify: [] } : withDraft(entry, draft)
  },
  async press(ask, form, entry, known) {
    const yaml = form.get('yaml')
    return yaml === null ? await pressInTree(ask, form, entry, known) : await pressInYaml(ask, form, entry, known, yaml)
  },
  owns: isOfFlow,
  label: ({ flow }, path) => (path === 'calendar' ? flow.calendar : flow.title),
  textOf: (entry) => writeYaml(entry),
}

function built(ask: PageAsk, known: Known, view: View, next: Built['next'], problems: readonly Problem[] = []): Built {
  const { entry } = view
  return { entry, next, problems, show: (found) => flowPart(ask, known, view, found) }
}

/** What Enter, the tabs and the buttons of the page do, in both forms of the flow. */
function nextOf(verb: string): Built['next'] {
  return verb === 'plan' ? 'plan' : verb === 'save' ? 'save' : 'show'
}

async function pressInYaml(ask: PageAsk, form: Form, entry: Entry, known: Known, yaml: string): Promise<Built> {
  const verb = field(form, 'do') ?? 'save'
  const wrong = (await readFields(yaml)).problem?.(ask.text.flow)
  if (wrong !== undefined) return built(ask, known, { entry, yaml }, 'show', [{ path: 'flow', message: wrong }])
  if (verb === 'tree') return built(ask, known, { entry }, 'show')
  return built(ask, known, { entry, yaml }, verb === ENTER ? 'save' : nextOf(verb))
}

async function pressInTree(ask: PageAsk, form: Form, entry: Entry, known: Known & Checking): Promise<Built> {
  const draft = draftOf(entry)
  const path = form.get('node') ?? ''
  const isOpen = kindOf(draft, path) !== undefined
  const [, pressed = 'save', at = ''] = /^([a-z]+)(?: ([\w.[\]]+))?$/.exec(field(form, 'do') ?? 'save') ?? []
  const verb = pressed === ENTER ? (isOpen ? 'done' : 'save') : pressed
  if (isOpen && verb === 'cancel') {
    const left = isBlank(draft, path) ? putAt(draft, path, undefined) : draft
    return built(ask, known, { entry: withDraft(entry, left), focus: path }, 'show')
  }
  const merged = isOpen ? await inSlices(mergeNode(ask, draft, path, form, known.config)) : draft
  const done = withDraft(entry, merged)
  if (verb === 'yaml') return built(ask, known, { entry: done, yaml: writeYaml(done) }, 'show')
  if (verb === 'row') {
    return built(ask, known, { entry: done, open: path, rows: 2 }, 'show')
  }
  if (verb === 'done' && isOpen) {
    const problems = (await known.check(done)).filter((one) => isOfNode(one, path))
    if (problems.length > 0) return built(ask, known, { entry: done, open: path }, 'show', problems)
    return built(ask, known, { entry: done, focus: path }, 'show')
  }
  const next = nextOf(verb)
  if (next !== 'show') return built(ask, known, { entry: done, ...(isOpen && { open: path }) }, next)
  const { draft: changed, ...view } = changeDraft(merged, verb, at)
  // A form that no page has made can take any part away.
  return built(ask, known, { entry: withDraft(entry, draftOf({ ...changed })), ...view }, 'show')
}

/** Problems of what a node has in its form: the steps of a stage and the actions of a fallback are nodes of their own. */
function isOfNode({ path }: Problem, node: string): boolean {
  const rest = path.slice(node.length)
  return isAt(path, node) && !/^\.(?:flow|then)\b/.test(rest)
}

/** What a button of a node does to the draft. */
function changeDraft(draft: Draft, verb: string, path: string): { draft: Draft } & Pick<View, 'open' | 'focus'> {
  const opened = ({ draft, path: open }: { draft: Draft; path: string }) => ({ draft, open })
  switch (verb) {
    case 'edit':
      return { draft, open: path }
    case 'condition': {
      // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
      const pushed = pushAt(draft, path, { if: { all: [] }, then: [] })
      return { draft: pushed.draft, open: `${pushed.path}.if` }
    }
    case 'group': {
      // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
      const pushed = pushAt(draft, path, { then: [{ channel: '' }] })
      return { draft: pushed.draft, open: `${pushed.path}.then[0]` }
    }
    case 'if':
      return { draft: putAt(draft, `${path}.if`, { all: [] }), open: `${path}.if` }
    case 'action':
      return opened(pushAt(draft, path, { channel: '' }))
    case 'stage':
      return opened(pushAt(draft, 'escalation', { unclaimed: '10m', flow: [] }))
    case 'fallback':
      // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
      return { draft: { ...draft, fallback: { after: '5m', then: [] } }, open: 'fallback' }
    case 'end': {
      const ends = valueAt(draft, `${path}.end`) === true
      return { draft: putAt(draft, `${path}.end`, ends ? undefined : true), focus: path }
    }
    case 'drop':
      return { draft: putAt(draft, path, undefined) }
    case 'up':
    case 'down': {
      const moved = moveAt(draft, path, verb === 'up' ? -1 : 1)
      return { draft: moved.draft, focus: moved.path }
    }
    default:
      return { draft }
  }
}

async function flowPart(ask: PageAsk, known: Known, view: View, problems: readonly Problem[]): Promise<Html> {
  const { text, role } = ask
  const words = text.flow
  const edits = atLeast(role, 'editor')
  const { yaml } = view
  const tab = (act: string, label: string, now: boolean): Html =>
    html`<button name="do" value="${act}" class="${now ? 'on' : ''}"${now ? html` aria-current="true"` : nothing}>${label}</button>`
  return html`<fieldset class="flow" id="flow"><legend>${words.title}</legend>${
    // The form of a node counts its own.
    problems.every((one) => view.open !== undefined && isOfNode(one, view.open))
      ? nothing
      : html`<div class="notice bad" role="alert"><b>${text.problems(problems.length)}</b></div>`
  }${
    edits
      ? html`<p class="acts">${tab('tree', words.asTree, yaml === undefined)}${tab('yaml', words.asYaml, yaml !== undefined)}</p>`
      : nothing
  }${yaml === undefined ? await treePart(ask, known, view, problems) : yamlPart(ask, yaml, problems)}</fieldset>`
}

function yamlPart({ text }: PageAsk, yaml: string, problems: readonly Problem[]): Html {
  const words = text.flow
  return html`<div class="field"><label class="vh" for="yaml">${words.asYaml}</label><textarea id="yaml" name="yaml" rows="16" class="mono" spellcheck="false" aria-describedby="yaml-help"${problems.length > 0 ? html` aria-invalid="true" autofocus` : nothing}>
${yaml}</textarea><small id="yaml-help">${words.yamlHelp.replaceAll('`', '')}</small>${
    problems.length === 0
      ? nothing
      : html`<ul class="error">${problems.map(({ path, message }) => html`<li><code>${path}</code> <bdi>${text.problem(message)}</bdi></li>`)}</ul>`
  }</div>`
}

async function treePart(
  ask: PageAsk,
  { deps, config }: Known,
  view: View,
  problems: readonly Problem[],
): Promise<Html> {
  const { text, role } = ask
  const words = text.flow
  const edits = atLeast(role, 'editor')
  const draft = draftOf(view.entry)
  const plain = isPlain(view.entry)
  const shown = plain && edits ? { flow: [], escalation: [] } : draft
  const nodes = nodesOf(shown, text)
  const found = problemsByNode(nodes.keys(), problems)
  const first = [...found.keys()].find((path) => kindOf(shown, path) !== undefined && formHas(path, found.get(path)!))
  const open = edits ? (view.open ?? first) : undefined
  const [matches, labels] = await Promise.all([
    countMatches(deps, ask, view.entry),
    open?.endsWith('.if') ? deps.labelsOf(ask.account).then(({ names }) => [...names.keys()].slice(0, 100)) : [],
  ])
  const form =
    open === undefined || kindOf(shown, open) === undefined
      ? undefined
      : nodeForm(ask, shown, config, {
          ...{ path: open, name: nodes.get(open) ?? '', problems: problems.filter((one) => isOfNode(one, open)) },
          ...{ rows: view.rows ?? 1, labels },
        })
  return html`${html`<input type="hidden" name="draft" value="${plain ? '' : JSON.stringify(draft)}">`}${
    plain && edits ? html`<p>${words.says}</p>` : nothing
  }<p class="meta">${words.takes(`${matches.alerts}`, matches.firing, matches.incidents)}${matches.partial ? ' +' : ''}</p>${looseProblems(text, found.get(''))}${flowTree(
    ask,
    {
      ...{ draft: shown, nodes, problems: found, edits, named: targetNames(await deps.configs.current(ask.account)) },
      ...(form !== undefined && { open: { path: open!, form } }),
      ...(view.focus !== undefined && { focus: view.focus }),
      ...{ holds: matches.holds, incidents: matches.incidents, people: peopleNames(config, edits) },
    },
  )}`
}

/** Names of users are for editors alone. */
function peopleNames({ users, userGroups }: Known['config'], edits: boolean): NamePeople {
  const of = (list: readonly { id: string; name?: string | undefined }[]): Map<unknown, string> =>
    new Map(list.flatMap(({ id, name = id }) => (name === id ? [] : [[id, `${name} (${id})`]])))
  const names = { users: of(edits ? users : []), groups: of(userGroups) }
  return (kind, ids) => ids.map((id) => names[kind].get(id) ?? String(id)).join(', ')
}

/** A node without actions or steps has its problem beside it, and no form would show it. */
function formHas(path: string, problems: readonly Problem[]): boolean {
  return problems.some((one) => isOfNode(one, path))
}

function looseProblems(text: PageAsk['text'], problems: readonly Problem[] = []): Html {
  if (problems.length === 0) return nothing
  return html`<p class="error">${problems.map(({ path, message }) => html`<code>${path}</code> <bdi>${text.problem(message)}</bdi> `)}</p>`
}

function withoutFlow(entry: Entry): Entry {
  return Object.fromEntries(Object.entries(entry).filter(([name]) => !FLOW_FIELDS.includes(name)))
}

function writeYaml(entry: Entry): string {
  const fields = Object.fromEntries(Object.entries(entry).filter(([name]) => FLOW_FIELDS.includes(name)))
  return stringify(fields)
}

interface ReadFields {
  fields?: Entry
  problem?(words: PageAsk['text']['flow']): string
}

async function readFields(yaml: string): Promise<ReadFields> {
  const { value = {}, problem } = await inSlices(parseYaml(yaml))
  if (problem !== undefined) return { problem: () => problem }
  if (!isObject(value)) return { problem: ({ yamlWrong }) => yamlWrong }
  const unknown = Object.keys(value).find((name) => !FLOW_FIELDS.includes(name))
  if (unknown !== undefined) return { problem: (words) => words.unknownKey(unknown.slice(0, 80)) }
  return { fields: value as Entry }
}
