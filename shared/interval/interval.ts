/** An inclusive range. */
export interface Range {
  from: number
  to: number
}

/** An entry of Alertmanager's `time_intervals`: a moment lies in the interval when every given field contains it. */
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
