import type { Millis } from '../base/time.ts'
import type { DetailsPage } from '../delivery/details-page.ts'

/*
 * The action flow of a policy, as data: conditions over the alert set, and the actions that follow.
 * `flow/` decides by a flow which targets are told at a moment.
 */

export interface Flow {
  /** The primary flow. Steps are looked at in order, and every step that holds applies, until a step with `end`. */
  steps: Step[]
  /** The escalation, when nobody claims or closes the incident. */
  stages: Stage[]
  fallback?: Fallback
  /** Id of the calendar that the periods of actions refer to. Absent: every day and hour is one of work. */
  calendar?: string
}

export interface Step {
  /** Absent: the step holds whenever an alert fires. */
  if?: { over: 'any' | 'all'; is: Expression }
  actions: FlowAction[]
  /** When the step holds, no later step is looked at. */
  end?: true
}

/** A moment of the incident's life at which further targets are called. */
export interface Stage {
  /** `unclaimed`: for so long nobody has claimed the incident; `claimed`: … the handler has not closed the incident; `open`: … the incident is open. */
  since: 'unclaimed' | 'claimed' | 'open'
  afterMs: Millis
  steps: Step[]
}

/** Told in the place of a target of the primary flow that is out of reach. */
export interface Fallback {
  /** For so long nothing has arrived at the target. */
  afterMs: Millis
  actions: FlowAction[]
}

/** An action of an action group: one channel, with the people who are told over the channel. */
export interface FlowAction {
  channel: string
  /** Ids. Without people the channel itself is the target. */
  users: string[]
  groups: string[]
  /** Ids of user groups of which the user on duty is told. */
  onDuty: string[]
  period: Period
  /** Whether ends are told; absent: as the channel says. */
  sendResolved?: boolean
  /** Id of a content template; absent: that of the policy. */
  template?: string
  /** People for the messages into a chat to call by name. */
  mention?: MentionedPeople
  /** The page of the incident that messages link to; absent: as the channel says. */
  details?: DetailsPage
}

/** Ids, as of the people of an action. */
export interface MentionedPeople {
  users: string[]
  groups: string[]
  onDuty: string[]
  /** Every reader of the chat. */
  all?: true
}

/** Hours by the calendar of the flow. `dayoff` and `offtime` are the hours outside of `workday` and `worktime`. */
export type Period = 'any' | 'workday' | 'dayoff' | 'worktime' | 'offtime'

/** A condition about a single alert, nested at will. */
export type Expression = Condition | { and: Expression[] } | { or: Expression[] } | { not: Expression }

export interface Condition {
  /** The name of a field (`flow/fields.ts`), `labels.<name>` or `annotations.<name>`. */
  field: string
  op: ConditionOperator
  /** A list for `in` and `not in`. */
  value: string | string[]
}

export type ConditionOperator = '=' | '!=' | 'in' | 'not in' | '=~' | '!~' | '>' | '>=' | '<' | '<='
