import { clip } from '../base/clip.ts'
import { oneLine } from './clean.ts'
import { type Look, lookOf } from './look.ts'
import type { Reference } from './references.ts'
import { type AlertText, type Fact, isForPeople, type MessageText } from './text.ts'
import { WORDS } from './words.ts'

/**
 * The parts of a message into a chat, in the order in which people read: what is wrong, since when, where. A kind writes
 * the parts in its markup or as parts of a card. Every text is still to be escaped.
 */
export interface Layout extends Section {
  look: Look
  title: string
  /** The labels that all alerts share, in one line. */
  labels?: Fact
  alerts: AlertSection[]
  /** The sentence about alerts that are left out. */
  more?: string
  note?: string
  /** Between the name and the value of a fact. */
  colon: string
}

interface Section {
  /** Texts that speak for themselves, with several lines. */
  told: string[]
  facts: Fact[]
  /** Facts that nobody foresaw: further annotations. */
  further: Fact[]
  links: Link[]
}

/** An alert among others. */
export interface AlertSection extends Section {
  look: Look
  /** The name, if the names differ, and the labels that tell the alert from the others. One line. */
  heading: string
}

export interface Link {
  text: string
  url: string
}

const LABELS = { chars: 1000 }
const HEADING = { chars: 300 }

export function layoutOf(text: MessageText): Layout {
  const { title, facts, labels, annotations, references, alerts, more, link, note, language } = text
  const words = WORDS[language]
  return {
    look: lookOf(text),
    title,
    ...annotationsOf(annotations),
    facts,
    labels: labels.length === 0 ? undefined : { name: words.labels, value: clip(inline(labels), LABELS) },
    alerts: alerts.map(alertSection),
    more,
    links: [...(link === undefined ? [] : [link]), ...references.map(linkTo)],
    note,
    colon: words.colon,
  }
}

function alertSection(alert: AlertText): AlertSection {
  const { name, title, labels, facts, annotations, references } = alert
  const heading = [name, inline(labels)].filter((part) => part !== '').join(' · ') || title
  return {
    look: lookOf(alert),
    heading: clip(oneLine(heading), HEADING),
    ...annotationsOf(annotations),
    facts,
    links: references.map(linkTo),
  }
}

function annotationsOf(annotations: readonly Fact[]): Pick<Section, 'told' | 'further'> {
  return {
    told: annotations.filter(isForPeople).map(({ value }) => value),
    further: annotations.filter((one) => !isForPeople(one)),
  }
}

function inline(labels: readonly Fact[]): string {
  return labels.map(({ name, value }) => `${name}=${value}`).join(', ')
}

function linkTo({ name, host, url }: Reference): Link {
  return { text: `${name} (${host})`, url }
}
