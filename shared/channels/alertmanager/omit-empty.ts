/** Keys without a value are left out, as Go's `omitempty` leaves them out. */
export function omitEmpty<T extends object>(given: T): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => !isEmpty(value))) as Partial<T>
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || value === false || (Array.isArray(value) && value.length === 0)
}
