/** A log entry in a single line of JSON: CloudWatch Logs Insights finds the fields. */
export function log(level: 'info' | 'error', message: string, facts: Record<string, unknown> = {}): void {
  console.log(JSON.stringify({ level, message, ...facts }))
}
