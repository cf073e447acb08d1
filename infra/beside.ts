import { fileURLToPath } from 'node:url'

/** The file of a program that lies beside the given module: a source beside sources, a bundle beside bundles. */
export function programBeside(url: string, name: string): string {
  return fileURLToPath(new URL(`${name}${/\.\w+$/.exec(url)?.[0] ?? ''}`, url))
}
