/** The variables that are known at a place of a template. */
export class Scope {
  readonly #names: string[] = []
  /** How often a name is declared. */
  readonly #counts = new Map<string, number>()

  constructor() {
    this.declare('$')
  }

  declare(name: string): void {
    this.#names.push(name)
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }

  has(name: string): boolean {
    return (this.#counts.get(name) ?? 0) > 0
  }

  get size(): number {
    return this.#names.length
  }

  /** Forgets what was declared since the scope had that size. */
  shrink(size: number): void {
    while (this.#names.length > size) {
      const name = this.#names.pop()!
      this.#counts.set(name, this.#counts.get(name)! - 1)
    }
  }
}
