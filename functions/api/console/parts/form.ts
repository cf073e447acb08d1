import type { Steps } from '../../../../shared/base/steps.ts'
import { isObject } from '../../../../shared/base/value.ts'
import type { Problem } from '../../../../shared/problem/problem.ts'
import type { Fields } from '../../../../shared/settings/field.ts'
import { type FormField, formOf } from '../../../../shared/settings/form.ts'
import { MASKED } from '../../../../shared/settings/secrets.ts'
import type { PageAsk } from '../page/ask.ts'
import type { Form } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import type { Texts } from '../text/texts.ts'

/*
 * One way to make a form: inputs are data. The same inputs show an entry, read what was sent, and carry the problems
 * that the document finds, each at its input.
 */

export interface Input {
  /** Names down to the value in the entry, joined by dots. */
  name: string
  label: string
  help?: string
  /** Inputs under one heading, folded unless one of them has a value or a problem. */
  group?: string
  input: 'text' | 'area' | 'number' | 'switch' | 'choice' | 'choices' | 'mapping' | 'lines'
  options?: readonly { value: string; words: string }[]
  required?: boolean
  secret?: boolean
  /** Decides where requests go. */
  address?: boolean
  /** Shown, and never changed. */
  fixed?: boolean
  placeholder?: string
  /** Has the focus, unless another input has a problem. */
  focus?: boolean
  rows?: number
  /** Texts of the form for a value of the entry, and back; absent: as the kind of input has them. */
  show?(value: unknown): string[]
  read?(texts: readonly string[]): unknown
  /** The problem of texts that are no value yet. */
  check?(texts: readonly string[]): string | undefined
  /** In the place of `read` and `check`, for texts that take long to read. */
  parse?(text: string): Steps<Parsed>
}

export interface Parsed {
  value?: unknown
  problem?: string
}

/** A name for people, of which the id is made. */
export function nameInput({ form }: Texts, placeholder?: string): Input {
  return {
    ...{ name: 'name', label: form.name, input: 'text', required: true },
    ...(placeholder !== undefined && { placeholder }),
    check: ([given = '']) => (given.trim() === '' ? form.required : undefined),
  }
}

export type EntryValue = Record<string, unknown>

/** The contents of a form: of an entry, or of a form that was refused. */
export interface Filled {
  texts: URLSearchParams
  problems: readonly Problem[]
  /** Names of secrets that are stored: an empty input keeps them. */
  kept: ReadonlySet<string>
  /** Names of secrets that the form carries sealed: an empty input takes them. */
  typed?: ReadonlySet<string>
}

/** Options of a choice, in their order: the words of each value. */
export function optionsOf(words: Readonly<Record<string, string>>): NonNullable<Input['options']> {
  return Object.entries(words).map(([value, words]) => ({ value, words }))
}

/** Words in the language of the reader. */
interface SettingWords {
  labels(words: string, field?: string): string
  /** The words for a value of the choice whose declaration has this label. */
  values(label: string, value: string): string
}

/** The inputs for settings that are declared field by field. */
export function settingInputs(fields: Fields, { labels, values }: SettingWords): Input[] {
  return formOf(fields).map(
    ({ name, label, help, group, input, options, required, secret, address }: FormField): Input => {
      return {
        // A group is given whole or left out, so none of its inputs has to be filled.
        ...{ name, label: labels(label, name), input, required: required && !name.includes('.'), secret, address },
        ...(help !== undefined && { help: labels(help) }),
        ...(group !== undefined && { group: labels(group) }),
        ...(options !== undefined && { options: options.map((value) => ({ value, words: values(label, value) })) }),
      }
    },
  )
}

export function fillOf(inputs: readonly Input[], entry: EntryValue): Filled {
  const texts = new URLSearchParams()
  const kept = new Set<string>()
  for (const input of inputs) {
    const value = valueAt(entry, input.name)
    if (input.secret && value !== undefined) kept.add(input.name)
    for (const text of input.secret && value === MASKED ? [] : textsOf(input, value)) texts.append(input.name, text)
  }
  return { texts, problems: [], kept }
}

/**
 * The entry that a form says, over the stored entry: fields without an input stay. `problems`: of texts that are no
 * values yet; the document never sees such a form.
 */
export function* readInputs(
  inputs: readonly Input[],
  form: Form,
  stored: EntryValue,
): Steps<{ entry: EntryValue; problems: Problem[] }> {
  const entry = structuredClone(stored)
  const problems: Problem[] = []
  for (const input of inputs) {
    if (input.fixed) continue
    const texts = form.getAll(input.name)
    const given = texts.some((text) => text.trim() !== '')
    const { value, problem } = input.parse === undefined ? parsed(input, texts) : yield* input.parse(texts[0] ?? '')
    if (problem !== undefined) problems.push({ path: input.name, message: problem })
    // An empty input of a secret keeps the stored secret.
    if (!input.secret || given) putAt(entry, input.name, value)
  }
  return { entry, problems }
}

function parsed(input: Input, texts: readonly string[]): Parsed {
  const problem = input.check?.(texts)
  const value = input.read === undefined ? readTexts(input, texts) : input.read(texts)
  return { value, ...(problem !== undefined && { problem }) }
}

/** A refused form again: typed texts stay, secrets do not. */
export function filledAgain(
  inputs: readonly Input[],
  form: Form,
  stored: EntryValue,
  problems: readonly Problem[],
): Filled {
  const texts = new URLSearchParams()
  for (const { name, secret, fixed } of inputs) {
    if (secret || fixed) continue
    for (const text of form.getAll(name)) texts.append(name, text)
  }
  const { texts: before, kept } = fillOf(inputs, stored)
  for (const { name } of inputs.filter(({ fixed }) => fixed)) {
    for (const text of before.getAll(name)) texts.append(name, text)
  }
  return { texts, problems, kept }
}

/** `tabs`: a single group is open at a time. */
export function formFields(
  ask: PageAsk,
  inputs: readonly Input[],
  filled: Filled,
  { tabs = false }: { tabs?: boolean } = {},
): Html {
  const first = firstProblem(inputs, filled)
  const one = (input: Input): Html => formField(ask, input, filled, input === first)
  const groups = [...new Set(inputs.flatMap(({ group }) => group ?? []))]
  const isWrong = (group: string): boolean =>
    inputs.some((input) => input.group === group && problemsOf(input.name, filled).length > 0)
  const isGiven = (group: string): boolean => inputs.some((input) => input.group === group && isFilled(input, filled))
  const chosen = tabs ? (groups.find(isWrong) ?? groups.find(isGiven) ?? groups[0]) : undefined
  const folds = groups.map((group) => {
    const open = tabs ? group === chosen : isWrong(group) || isGiven(group)
    const state = tabs ? html` name="tabs"` : nothing
    return html`<details class="group${isGiven(group) ? ' has' : ''}"${state}${open ? html` open` : nothing}><summary>${group}</summary><div class="form">${inputs.filter((input) => input.group === group).map(one)}</div></details>`
  })
  return html`${problemList(ask, inputs, filled)}${inputs.filter(({ group }) => group === undefined).map(one)}${
    tabs ? html`<div class="tabbed">${folds}</div>` : folds
  }`
}

function isFilled({ name, input, fixed }: Input, { texts }: Filled): boolean {
  return !fixed && input !== 'choice' && input !== 'switch' && Boolean(texts.get(name))
}

/** Problems without an input, and the number of all: a reader who hears the page hears that first. */
function problemList({ text }: PageAsk, inputs: readonly Input[], { problems }: Filled): Html {
  if (problems.length === 0) return nothing
  const loose = problems.filter(({ path }) => !inputs.some(({ name }) => isAt(path, name)))
  return html`<div class="notice bad" role="alert"><b>${text.problems(problems.length)}</b>${
    loose.length === 0
      ? nothing
      : html`<ul>${loose.map(({ path, message }) => html`<li>${path === '' ? nothing : html`<code>${path}</code> `}<bdi>${text.problem(message)}</bdi></li>`)}</ul>`
  }</div>`
}

function firstProblem(inputs: readonly Input[], filled: Filled): Input | undefined {
  return inputs.find(({ name }) => problemsOf(name, filled).length > 0) ?? inputs.find(({ focus }) => focus)
}

function problemsOf(name: string, { problems }: Filled): Problem[] {
  return problems.filter(({ path }) => isAt(path, name))
}

/** Whether the problem of a path belongs to the input of a name. */
export function isAt(path: string, name: string): boolean {
  return path === name || (path.startsWith(name) && /^[.[]/.test(path.slice(name.length)))
}

function formField(ask: PageAsk, input: Input, filled: Filled, focus: boolean): Html {
  const { name, label, help, required } = input
  const wrong = problemsOf(name, filled)
  const id = `i-${name}`
  const described = [...(help === undefined ? [] : [`${id}-help`]), ...(wrong.length === 0 ? [] : [`${id}-error`])]
  const attributes = html`${described.length === 0 ? nothing : html` aria-describedby="${described.join(' ')}"`}${
    wrong.length === 0 ? nothing : html` aria-invalid="true"`
  }${focus ? html` autofocus` : nothing}`
  const after = html`${help === undefined ? nothing : html`<small id="${id}-help">${help.split('`').map((part, place) => (place % 2 === 0 ? part : html`<code>${part}</code>`))}</small>`}${
    wrong.length === 0
      ? nothing
      : html`<p class="error" id="${id}-error">${wrong.map(({ message }) => html`<bdi>${ask.text.problem(message)}</bdi> `)}</p>`
  }`
  // One of several values is always chosen.
  const head = html`${label}${required && input.input !== 'choice' ? html` <span class="must" aria-hidden="true">*</span>` : nothing}`
  if (input.input === 'switch') {
    const on = filled.texts.get(name) === 'on'
    return html`<div class="field"><label class="line"><input type="checkbox" name="${name}"${on ? html` checked` : nothing}${input.fixed ? html` disabled` : nothing}${attributes}> ${head}</label>${after}</div>`
  }
  if (input.input === 'choices') {
    const chosen = filled.texts.getAll(name)
    return html`<fieldset class="field"><legend>${head}</legend>${(input.options ?? []).map(
      ({ value, words }) =>
        html`<label class="line"><input type="checkbox" name="${name}" value="${value}"${chosen.includes(value) ? html` checked` : nothing}${input.fixed ? html` disabled` : nothing}> <bdi>${words}</bdi></label>`,
    )}${(input.options ?? []).length === 0 ? html`<p class="meta">${ask.text.nobody}</p>` : nothing}${after}</fieldset>`
  }
  return html`<div class="field"><label for="${id}">${head}</label>${control(ask, input, filled, html` id="${id}"${attributes}`)}${after}</div>`
}

function control({ text }: PageAsk, input: Input, { texts, kept, typed }: Filled, attributes: Html): Html {
  const { name, options, secret, fixed, placeholder, required } = input
  const value = texts.get(name) ?? ''
  const more = html`${attributes}${fixed ? html` readonly` : nothing}${placeholder === undefined ? nothing : html` placeholder="${placeholder}"`}`
  if (input.input === 'choice') {
    const list = required ? (options ?? []) : [{ value: '', words: '–' }, ...(options ?? [])]
    return html`<select name="${name}"${attributes}${fixed ? html` disabled` : nothing}>${list.map(
      (one) =>
        html`<option value="${one.value}"${one.value === value ? html` selected` : nothing}>${one.words}</option>`,
    )}</select>`
  }
  if (input.input === 'area' || input.input === 'mapping' || input.input === 'lines') {
    return html`<textarea name="${name}" rows="${input.rows ?? 2}" class="mono" spellcheck="false"${more}>${value}</textarea>`
  }
  if (secret) {
    const already = typed?.has(name) ? text.form.typed : kept.has(name) ? text.form.kept : ''
    return html`<input type="password" name="${name}" autocomplete="new-password" placeholder="${already}"${attributes}${fixed ? html` readonly` : nothing}>`
  }
  return html`<input name="${name}" value="${value}"${input.input === 'number' ? html` inputmode="decimal"` : nothing} autocomplete="off" spellcheck="false"${more}>`
}

function textsOf({ input, show }: Input, value: unknown): string[] {
  if (show !== undefined) return show(value)
  if (value === undefined || value === null) return []
  if (input === 'switch') return value === true ? ['on'] : []
  if (input === 'choices') return Array.isArray(value) ? value.map(String) : []
  if (input === 'lines') return Array.isArray(value) ? [value.join('\n')] : []
  if (input === 'mapping')
    return isObject(value)
      ? [
          Object.entries(value)
            .map(([key, one]) => `${key}: ${String(one)}`)
            .join('\n'),
        ]
      : []
  return [typeof value === 'object' ? JSON.stringify(value) : String(value)]
}

function readTexts({ input }: Input, texts: readonly string[]): unknown {
  const text = texts[0]?.trim() ?? ''
  switch (input) {
    case 'switch':
      return text !== ''
    case 'choices':
      return [...texts]
    case 'lines':
      return linesOf(text)
    case 'mapping':
      return text === '' ? undefined : Object.fromEntries(linesOf(text).map(pairOf))
    case 'number':
      // What is no number is refused by the document, with its words.
      return text === '' ? undefined : Number.isNaN(Number(text)) ? text : Number(text)
    case 'area':
      return text === '' ? undefined : texts[0]
    default:
      return text === '' ? undefined : text
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => line.trim() || [])
}

function pairOf(line: string): [string, string] {
  const at = line.indexOf(':')
  return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
}

function valueAt(entry: EntryValue, name: string): unknown {
  let value: unknown = entry
  for (const part of name.split('.')) value = isObject(value) ? value[part] : undefined
  return value
}

/** Undefined takes the value away, and a mapping that is left empty goes with its last value. */
function putAt(entry: EntryValue, name: string, value: unknown): void {
  const [first = '', ...rest] = name.split('.')
  if (rest.length === 0) {
    if (value === undefined) delete entry[first]
    else entry[first] = value
    return
  }
  const inner: EntryValue = isObject(entry[first]) ? { ...entry[first] } : {}
  putAt(inner, rest.join('.'), value)
  if (Object.keys(inner).length === 0) delete entry[first]
  else entry[first] = inner
}
