import { setImmediate } from 'node:timers/promises'

/**
 * Long work as a generator. Each `yield` is a place where other work may come first, and its number says how much was
 * done since the last one. So the work stays a pure function of its input, and how long a stretch may be is counted and
 * not timed.
 */
export type Steps<Result> = Generator<number, Result, void>

/** A reader yields after about so many units. One unit takes a microsecond or less: a character, a node, a comparison. */
export const STEP = 4_000

/**
 * Units between two pauses: a stretch of ten milliseconds or so, also on a busy machine. Who yields as many has a pause,
 * before work of milliseconds that has no steps.
 */
export const STRETCH = 16_000

/** All at once: for small input, and where nobody else waits. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** `flatMap` in steps; each item is about `unitsEach` of work. */
export function* flatMapSteps<Item, Result>(
  items: Iterable<Item>,
  unitsEach: number,
  map: (item: Item) => readonly Result[],
): Steps<Result[]> {
  const all: Result[] = []
  for (const item of items) {
    for (const one of map(item)) all.push(one)
    yield unitsEach
  }
  return all
}

/** Others come first, once. For work that is done in a few long steps. */
export async function pause(): Promise<void> {
  await setImmediate()
}

/** In stretches, between which the event loop serves others. */
export async function inSlices<Result>(steps: Steps<Result>): Promise<Result> {
  for (let units = 0; ; ) {
    const { done, value } = steps.next()
    if (done) return value
    units += value
    if (units < STRETCH) continue
    units = 0
    await pause()
  }
}
