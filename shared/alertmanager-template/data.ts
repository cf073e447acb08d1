import type { Labels } from '../alert/labels.ts'
import { compareBytes } from '../go-template/text/bytes.ts'
import {
  BOOL,
  type Caller,
  type Data,
  type GoField,
  type GoFunction,
  type GoType,
  pointerTo,
  STRING,
  STRINGS,
  sliceOf,
  type Value,
} from '../go-template/values/go-types.ts'
import { dataOf, elementsOf, entriesOf, mapValue, textOf, typed } from '../go-template/values/value.ts'
import { TIME, time } from './time/go-types.ts'
import { type Moment, momentAt, ZERO_NS } from './time/moment.ts'
import { UTC } from './time/zone.ts'

/*
 * The data of Alertmanager's templates, types and methods included (facts from prometheus/alertmanager 0.34
 * template/template.go, Apache-2.0).
 */

function list(type: GoType, values: readonly Value[]): Value {
  return typed(type, values)
}

function textsIn(value: Value): string[] {
  return elementsOf(value).map((one) => textOf(one)!)
}

export function joined(texts: Value, separator: Value, by: Caller): string {
  const [all, between] = [textsIn(texts), dataOf(separator!) as string]
  by.spend(all.length)
  by.room(all.reduce((sum, { length }) => sum + length, between.length * Math.max(0, all.length - 1)))
  return all.join(between)
}

/** A list of texts with the method Join. */
const TEXTS: GoType = {
  name: 'template.Strings',
  kind: 'slice',
  elem: STRING,
  named: true,
  methods: { Join: { parameters: [STRING], call: ([texts, separator], by) => joined(texts, separator, by) } },
}

type Pair = readonly [name: string, value: string]

const PAIR: GoType = {
  name: 'template.Pair',
  kind: 'struct',
  named: true,
  fields: [
    { name: 'Name', json: 'Name', type: STRING, get: ([name]: Pair) => name },
    { name: 'Value', json: 'Value', type: STRING, get: ([, value]: Pair) => value },
  ],
}

function pairsIn(value: Value): Pair[] {
  return elementsOf(value).map((one) => dataOf(one!) as unknown as Pair)
}

function pairsText(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${name}=${value}`).join(', ')
}

function names(pairs: readonly Pair[]): Value {
  return list(
    TEXTS,
    pairs.map(([name]) => name),
  )
}

function values(pairs: readonly Pair[]): Value {
  return list(
    TEXTS,
    pairs.map(([, value]) => value),
  )
}

function getter(read: (value: Value) => Value): GoFunction {
  return {
    parameters: [],
    call: ([receiver], by) => {
      by.spend(1)
      return read(receiver)
    },
  }
}

const PAIRS: GoType = {
  name: 'template.Pairs',
  kind: 'slice',
  elem: PAIR,
  named: true,
  text: (value) => pairsText(pairsIn(value)),
  methods: {
    Names: getter((value) => names(pairsIn(value))),
    Values: getter((value) => values(pairsIn(value))),
    String: getter((value) => pairsText(pairsIn(value))),
  },
}

/** A set of labels or annotations. */
const KV: GoType = {
  name: 'template.KV',
  kind: 'map',
  elem: STRING,
  named: true,
  text: (value) => pairsText(sortedPairs(value)),
  methods: {
    SortedPairs: getter((value) =>
      list(
        PAIRS,
        sortedPairs(value).map((pair) => typed(PAIR, pair as unknown as Data)),
      ),
    ),
    Names: getter((value) => names(sortedPairs(value))),
    Values: getter((value) => values(sortedPairs(value))),
    String: getter((value) => pairsText(sortedPairs(value))),
    Remove: {
      parameters: [STRINGS],
      call: ([value, removed], by) => {
        const gone = new Set(textsIn(removed))
        by.spend(gone.size + entriesOf(value).size)
        return typed(KV, new Map([...entriesOf(value)].filter(([name]) => !gone.has(name))))
      },
    },
  },
}

const ALERT_NAME = 'alertname'

/** Sorted by name, with the name of the alert first. */
function sortedPairs(value: Value): Pair[] {
  const pairs = [...entriesOf(value)].map(([name, one]): Pair => [name, one as string])
  return pairs.sort(([a], [b]) => {
    if (a === ALERT_NAME || b === ALERT_NAME) return a === b ? 0 : a === ALERT_NAME ? -1 : 1
    return compareBytes(a, b)
  })
}

/** An alert as templates see it. Times are milliseconds since 1970; a firing alert has no end. */
export interface TemplateAlert {
  status: 'firing' | 'resolved'
  labels: Labels
  annotations: Labels
  startsAt: number
  endsAt?: number | undefined
  generatorURL?: string | undefined
  fingerprint: string
}

const ALERT: GoType = {
  name: 'template.Alert',
  kind: 'struct',
  named: true,
  fields: [
    { name: 'Status', json: 'status', type: STRING, get: ({ status }: TemplateAlert) => status },
    { name: 'Labels', json: 'labels', type: KV, get: ({ labels }: TemplateAlert) => kv(labels) },
    { name: 'Annotations', json: 'annotations', type: KV, get: ({ annotations }: TemplateAlert) => kv(annotations) },
    { name: 'StartsAt', json: 'startsAt', type: TIME, get: ({ startsAt }: TemplateAlert) => time(momentAt(startsAt)) },
    { name: 'EndsAt', json: 'endsAt', type: TIME, get: ({ endsAt }: TemplateAlert) => time(endOf(endsAt)) },
    {
      name: 'GeneratorURL',
      json: 'generatorURL',
      type: STRING,
      get: ({ generatorURL = '' }: TemplateAlert) => generatorURL,
    },
    { name: 'Fingerprint', json: 'fingerprint', type: STRING, get: ({ fingerprint }: TemplateAlert) => fingerprint },
  ],
}

function endOf(endsAt: number | undefined): Moment {
  return endsAt === undefined ? { ns: ZERO_NS, zone: UTC } : momentAt(endsAt)
}

const ALERT_LIST = sliceOf(ALERT)

function only(status: TemplateAlert['status']): GoFunction {
  return {
    parameters: [],
    call: ([alerts], by) => {
      const all = elementsOf(alerts)
      by.spend(all.length >> 2)
      return list(
        ALERT_LIST,
        all.filter((one) => (dataOf(one!) as TemplateAlert).status === status),
      )
    },
  }
}

const ALERTS: GoType = {
  name: 'template.Alerts',
  kind: 'slice',
  elem: ALERT,
  named: true,
  methods: { Firing: only('firing'), Resolved: only('resolved') },
}

/** What a message tells, as templates see it. */
export interface TemplateData {
  /** The receiver's name with the characters of regular expressions escaped. */
  receiver: string
  status: 'firing' | 'resolved'
  alerts: readonly TemplateAlert[]
  reason: string
  groupLabels: Labels
  commonLabels: Labels
  commonAnnotations: Labels
  routeLabels: Labels
  externalURL: string
}

function text(name: string, json: string, get: (data: TemplateData) => string): GoField {
  return { name, json, type: STRING, get }
}

function labelSet(name: string, json: string, get: (data: TemplateData) => Labels): GoField {
  return { name, json, type: KV, get: (data: TemplateData) => kv(get(data)) }
}

const DATA: GoType = {
  name: 'template.Data',
  kind: 'struct',
  named: true,
  fields: [
    text('Receiver', 'receiver', ({ receiver }) => receiver),
    text('Status', 'status', ({ status }) => status),
    { name: 'Alerts', json: 'alerts', type: ALERTS, get: ({ alerts }: TemplateData) => alertList(alerts) },
    text('NotificationReason', 'notification_reason', ({ reason }) => reason),
    labelSet('GroupLabels', 'groupLabels', ({ groupLabels }) => groupLabels),
    labelSet('CommonLabels', 'commonLabels', ({ commonLabels }) => commonLabels),
    labelSet('CommonAnnotations', 'commonAnnotations', ({ commonAnnotations }) => commonAnnotations),
    labelSet('RouteLabels', 'routeLabels', ({ routeLabels }) => routeLabels),
    text('ExternalURL', 'externalURL', ({ externalURL }) => externalURL),
    { name: 'routeLabelsRendered', type: BOOL, get: () => true },
  ],
}

const DATA_POINTER = pointerTo(DATA)

/** Alerts and label sets are made once, however often a template reads them. */
const alertLists = new WeakMap<readonly TemplateAlert[], Value>()
const labelSets = new WeakMap<Labels, Value>()

function alertList(alerts: readonly TemplateAlert[]): Value {
  const known = alertLists.get(alerts)
  if (known !== undefined) return known
  const made = list(
    ALERTS,
    alerts.map((alert) => typed(ALERT, alert)),
  )
  alertLists.set(alerts, made)
  return made
}

function kv(labels: Labels): Value {
  const known = labelSets.get(labels)
  if (known !== undefined) return known
  const made = mapValue(KV, Object.entries(labels))
  labelSets.set(labels, made)
  return made
}

/** The data as templates of receivers get it: a pointer, which shows in messages of errors. */
export function templateData(data: TemplateData): Value {
  return typed(DATA_POINTER, typed(DATA, data) as unknown as Data)
}
