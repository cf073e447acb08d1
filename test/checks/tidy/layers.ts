import type { Source } from './sources.ts'

/** A row of the table in `shared/README.md`: a folder with its subfolders. */
export interface Layer {
  /** `shared/base/`. */
  folder: string
  /** Folders of other rows. */
  imports: string[]
  packages: string[]
}

/** Rows are `| folder | description | imports | packages |`; names of folders and packages stand in backticks. */
export function parseLayers(readme: string): Layer[] {
  return readme
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [, folder, , imports, packages] = line.split('|')
      return { folder: ticked(folder).join(' '), imports: ticked(imports), packages: ticked(packages) }
    })
}

function ticked(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word as string)
}

/** Problems of the table itself: a row that is no single folder, or an import of a row that is not above. */
export function tableProblems(layers: readonly Layer[]): string[] {
  const above = new Set<string>()
  return layers.flatMap(({ folder, imports }) => {
    const problems = imports
      .filter((name) => !above.has(name))
      .map((name) => `${folder} imports ${name}, which is not above it`)
    if (!/^(?:[\w-]+\/)+$/.test(folder))
      problems.push(`${folder} is not one folder: a row for a file or a glob is refused`)
    if (above.has(folder)) problems.push(`${folder} has two rows`)
    above.add(folder)
    return problems
  })
}

/** The row of a file. `infra/aws/` comes before `infra/`: the longer folder wins. */
export function layerOf(layers: readonly Layer[], path: string): Layer | undefined {
  const candidates = layers.filter(({ folder }) => path.startsWith(folder))
  return candidates.toSorted((a, b) => b.folder.length - a.folder.length)[0]
}

const LAMBDA = /^functions\/[^/]+\/lambda\.ts$/
const AWS_HOST = 'infra/aws/'

/** The reason why `from` may not import `to`, as one sentence; undefined when the import is allowed. */
export function forbidden(layers: readonly Layer[], from: Source, to: string): string | undefined {
  const importer = layerOf(layers, from.path)
  const imported = layerOf(layers, to)
  if (!importer) return `${from.path} is in no row of shared/README.md`
  if (!imported) return `${to}, imported by ${from.path}, is in no row of shared/README.md`
  if (importer === imported || importer.imports.includes(imported.folder)) return undefined
  if (LAMBDA.test(from.path) && allowedToLambda(imported)) return undefined
  return `${from.path} imports ${to}: not among the imports in its row of shared/README.md`
}

/**
 * A `lambda.ts` joins its function to AWS, so it may import the AWS host. It may also import the folder of
 * `shared/` in which ports are built: the function beside it takes these ports as arguments.
 */
function allowedToLambda(imported: Layer): boolean {
  return imported.folder === AWS_HOST || imported.folder === BUILT_BY_HOSTS
}

const BUILT_BY_HOSTS = 'shared/store/'

/** Groups of files that import one another in a circle, by the folder or file that `nodeOf` gives for a path. */
export function circles(
  edges: readonly (readonly [from: string, to: string])[],
  nodeOf: (path: string) => string,
): string[][] {
  const out = new Map<string, Set<string>>()
  for (const [from, to] of edges) {
    const [a, b] = [nodeOf(from), nodeOf(to)]
    if (a === b) continue
    out.set(a, (out.get(a) ?? new Set()).add(b))
  }
  // A node without imports is in no circle; nodes whose imports have all left are in no circle either.
  for (let shrinks = true; shrinks; ) {
    shrinks = false
    for (const [node, imports] of out) {
      if ([...imports].some((name) => out.has(name))) continue
      out.delete(node)
      shrinks = true
    }
  }
  const reach = (start: string): Set<string> => {
    const seen = new Set<string>()
    const todo = [start]
    for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
      for (const next of out.get(node) ?? []) {
        if (seen.has(next)) continue
        seen.add(next)
        todo.push(next)
      }
    }
    return seen
  }
  const found = new Map<string, string[]>()
  for (const node of out.keys()) {
    const reached = reach(node)
    if (!reached.has(node)) continue
    const circle = [...reached].filter((other) => reach(other).has(node)).sort()
    found.set(circle.join(' '), circle)
  }
  return [...found.values()]
}
