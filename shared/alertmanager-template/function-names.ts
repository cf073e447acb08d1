/*
 * Names of functions for the reader of templates, apart from the functions: who only checks templates needs no more. Facts
 * from prometheus/alertmanager 0.34, Apache-2.0.
 */

const NAMES = [
  ...(['toUpper', 'toLower', 'title', 'trimSpace', 'join', 'match', 'reReplaceAll', 'safeHtml', 'safeUrl'] as const),
  ...(['urlUnescape', 'stringSlice', 'date', 'tz', 'toDate', 'mustToDate', 'humanizeDuration', 'toJson'] as const),
  ...(['base64encode', 'base64decode', 'list', 'append', 'dict', 'now', 'since', 'routeLabels'] as const),
]

export type FunctionName = (typeof NAMES)[number]

/** Alertmanager's functions. */
export const FUNCTION_NAMES: ReadonlySet<string> = new Set(NAMES)
