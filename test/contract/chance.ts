import { mulberry32 } from '../sim/world.ts'

/** Marks of versions in contract tests: the same at every run, and different in two tables. */
export const chance = mulberry32(2026)
