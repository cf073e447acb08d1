interface Times {
  startsAt: string
  endsAt: string
}

/** The body of `POST /api/v2/silences`. */
export function silence(matchers: [string, string][], times: Times, more: object = {}): Record<string, unknown> {
  const full = matchers.map(([name, value]) => ({ name, value, isRegex: false }))
  return { matchers: full, createdBy: 'me', comment: 'c', ...times, ...more }
}
