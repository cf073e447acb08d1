/*
 * The preset dictionary of compressed bodies (https://www.rfc-editor.org/rfc/rfc1951 copies from the text before). A
 * body is short, and half of a body are the names of its members and the words of closed lists, which every body has again.
 * A body that is compressed after this text only points to the words. An item of DynamoDB costs by the KiB, so a head of
 * twenty alerts becomes one write unit instead of two.
 *
 * A dictionary is part of the stored format: an item names its dictionary by number, and no byte of a numbered
 * dictionary ever changes. Another text is another number, written by a release after a release that reads it.
 *
 * The text has to be near to what is compressed, so the parts stand from the rarest to the most frequent body.
 * `npm run bench -- --only sizes` compresses bodies of real handlers with all parts, and without each part in turn: a
 * part that saves nothing does not belong here. No part has a word of a user, only words of the field.
 */

/** Labels and annotations as Prometheus' own rules name them: texts of alerts, contents of deliveries, labels of groups. */
const WORDS = `"prometheus":"","cluster":"","region":"","env":"production","container":"","service":"","pod":"","namespace":"\
","job":"","instance":":9100","severity":"info","severity":"critical","severity":"warning"},"annotations":{"summary":"\
","runbook_url":"https://runbooks.","description":"","generatorURL":"http://prometheus:9090/graph?g0.expr=&g0.tab=1"`

/** Closed incidents, and what people did. */
const PEOPLE = `","state":"closed","closedAt":,"closedBecause":"resolved","closedBy":"","solution":"","handler":"","comments":[{"at":,"by":"\
","text":""}],"kind":"claimed","kind":"commented","reason":{"code":"action","action":"claim","by":"`

/** Deliveries that failed, in timelines and in the states of targets. */
const FAILURES = `"kind":"ambiguous","kind":"dead","kind":"paused","reason":{"code":"target-gone","kind":"refused","reason":{"code":"failed",\
"failure":"timeout","failure":"connection","failure":"serverError","detail":"status 503"},"retry":{"notBefore":0,"failures":1,"since":\
,"later":0},"doubt":{"until":,"firing":0,"resolved":1},"unproven":true,"notedReason":{"code":"told-already"}`

/** Life-cycle events: contents of deliveries, and what a target is owed. */
const EVENTS = `"target":"lifecycle:","reason":"lifecycle","event":{"id":"_create","type":"create","at":,"incident":{"id":"\
"},"policy":{"id":"","name":""}}},"owedEvents":[{"delivery":"","content":"","type":"close","at":,"attempts":0}]`

/** Contents of deliveries, whole or with their words apart. */
const DELIVERY = `{"format":1,"firing":["{"format":2,"id":"","account":"default","group":"","policy":"","target":"","openedAt":,"notification":{"receiver":"\
","groupKey":"{}/{}:{alertname=\\"\\", ","groupLabels":{"alertname":"","alerts":[{"fingerprint":"","labels":{"alertname":"\
"},"annotations":{},"startsAt":,"endsAt":,"generatorURL":""}],"truncated":0,"reason":"all-resolved","incident":{"id":"\
","openedAt":},"policy":{"id":"","name":""},"level":"P2"},"words":{"hash":"","items":1}},"level":"P2"},"firing":[""],"resolved":[]}`

/** Texts of alerts, beside a head or in a small head. */
const TEXTS = `{"format":1,"alerts":[["",{"labels":{"alertname":""},"annotations":{"summary":""},"generatorURL":"\
","origin":{"account":"default","integration":"default"}}],["`

/** Entries of timelines: items of their own, and in heads. */
const TIMELINE = `{"format":2,"entries":[{"at":,"incident":"","kind":"not-told","target":"","reason":{"code":"told-already"}},{"at":\
,"incident":"","kind":"closed","reason":{"code":"alerts-resolved"}},{"at":,"incident":"","kind":"opened","reason":{"code":"alerts-fire"},"alerts":["\
"]},{"at":,"incident":"","kind":"told","target":"","delivery":"","reason":{"code":"first"}},{"at":,"incident":"","kind":"telling","target":"\
","delivery":"","reason":{"code":"some-resolved"},"alerts":["","reason":{"code":"new-alerts"},"alerts":["`

/** Heads: written at every save, so the nearest. */
const HEAD = `{"format":2,"core":{"account":"default","id":"","policy":"","labels":{"alertname":"","cluster":"","namespace":"\
"},"birth":,"revision":"1","nextTick":,"muted":false,"log":[{"at":,"incident":"],"lastTick":,"incident":{"id":"","openedAt":},"wakeAt":\
,"armedAt":,"lastTick":,"incident":{"id":"","openedAt":}},"targets":{"sets":[["0","1"],["2","3"],[],["4","5"]],"cohorts":[{"state":{"count":2\
,"recheck":false,"told":{"at":,"openedAt":,"firing":0,"resolved":1,"delivery":"","open":{"delivery":"","attempt":1,"content":"","nominal":\
,"reason":"new-alerts","reason":"all-resolved","reason":"first","reason":"some-resolved","openedAt":,"deadline":,"firing":2,"resolved":3},"last":"open"},"keys":["\
"]}]},"rows":[["-","6","7","8","9","a","b","c","d","e","f","0-","#00001",0,17",0]],"texts":[["",{"labels":{"alertname":"`

/** The parts of dictionary 1, in their order. */
export const PARTS = { WORDS, PEOPLE, FAILURES, EVENTS, DELIVERY, TEXTS, TIMELINE, HEAD }

/** By number, which an item has in its attribute `z`. */
export const DICTIONARIES: ReadonlyMap<number, Buffer> = new Map([[1, Buffer.from(Object.values(PARTS).join(''))]])

/** The dictionary of the bodies that this release writes. */
export const WRITTEN_WITH = 1
