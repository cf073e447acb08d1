/** Rules in Sigma's format, for entries of `rules`. */
export const sigma = (more: object = {}) => ({
  title: 'Sign-in failed',
  detection: { login: { eventName: 'ConsoleLogin' }, condition: 'login' },
  ...more,
})
export const counting = (rules: string[], more: object = {}) => ({
  title: 'Many',
  correlation: { type: 'event_count', rules, timespan: '1h', condition: { gte: 3 } },
  ...more,
})

export const TEXT = `title: From a text
name: from_text
detection:
  login:
    eventName: ConsoleLogin
  condition: login
---
title: Many of them
correlation:
  type: event_count
  rules: [from_text]
  timespan: 1h
  condition: {gte: 3}
`
