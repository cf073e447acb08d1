import type { Source } from './sources.ts'

/** One row of the table in `shared/README.md`. */
export interface Layer {
  /** Folders (`shared/base/`) or files; `*` stands for one name. */
  paths: string[]
  /** Paths of other layers, each as its own row writes it. */
  imports: string[]
  packages: string[]
}

/** Rows are `| paths | what | imports | packages |`, everything of ours in backticks. */
export function parseLayers(readme: string): Layer[] {
  return readme
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [, paths, , imports, packages] = line.split('|')
      return { paths: ticked(paths), imports: ticked(imports), packages: ticked(packages) }
    })
}

function ticked(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word as string)
}

/** The most exact path wins: a file before its folder. */
export function layerOf(layers: readonly Layer[], path: string): Layer | undefined {
  let best: { layer: Layer; length: number } | undefined
  for (const layer of layers) {
    for (const pattern of layer.paths) {
      if (matches(pattern, path) && pattern.length > (best?.length ?? 0)) best = { layer, length: pattern.length }
    }
  }
  return best?.layer
}

function matches(pattern: string, path: string): boolean {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')
  return new RegExp(`^${escaped}${pattern.endsWith('/') ? '' : '$'}`).test(path)
}

/** What `from` may not import of `to`, as one sentence; undefined when it may. */
export function forbidden(layers: readonly Layer[], from: Source, to: string): string | undefined {
  const importer = layerOf(layers, from.path)
  const imported = layerOf(layers, to)
  if (!importer) return `${from.path} is in no row of shared/README.md`
  if (!imported) return `${to}, imported by ${from.path}, is in no row of shared/README.md`
  if (functionOf(to) && functionOf(from.path) && functionOf(to) !== functionOf(from.path)) {
    return `${from.path} imports ${to}: functions do not know each other`
  }
  if (importer === imported) return undefined
  if (imported.paths.some((path) => importer.imports.includes(path))) return undefined
  return `${from.path} imports ${to}: not among what its row of shared/README.md allows`
}

function functionOf(path: string): string | undefined {
  return /^functions\/([^/]+)\//.exec(path)?.[1]
}
