/** An inclusive range. */
export interface Range {
  from: number
  to: number
}

/** One entry of Alertmanager's `time_intervals`: every field that is given has to hold. */
export interface TimeInterval {
  /** Minutes of the day, end exclusive. */
  times?: Range[]
  /** 0 = Sunday. */
  weekdays?: Range[]
  /** 1..31 or -31..-1, counted from the end of the month. */
  daysOfMonth?: Range[]
  /** 1..12. */
  months?: Range[]
  years?: Range[]
  /** IANA zone; UTC when absent. */
  location?: string
}
