/** How many entries each list of a document may have. */
export const LIMITS = {
  channels: 200,
  integrations: 200,
  policies: 500,
  rules: 1_000,
  routes: 2_000,
  inhibitRules: 500,
  timeIntervals: 500,
  matchers: 100,
} as const

/** An id that people choose. `.` and `..` would be lost from a URL's path. */
export const ID = /^(?!\.{1,2}$)[a-zA-Z0-9._/-]{1,100}$/
