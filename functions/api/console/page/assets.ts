import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { notFound, type Route } from '../../http/route.ts'
import { acceptsGzip } from './answer.ts'

/*
 * Files that pages load. The address of a file has a hash of all files, so a browser keeps a file for ever, and a new
 * release has new addresses. The bundle of AWS has the folder beside the program (`infra/bundle.ts`).
 */

const FOLDER = join(import.meta.dirname, 'assets')

const TYPES: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  webmanifest: 'application/manifest+json',
}

/** The files of the address by name: the files of the folder that are joined there. */
const FILES: Record<string, readonly string[]> = {
  'console.css': ['console.css'],
  'messages.css': ['messages.css'],
  'console.js': ['console.js'],
  'htmx.js': ['htmx.min.js', 'hx-ptag.min.js'],
  'icon.svg': ['icon.svg'],
  'icon-alert.svg': ['icon-alert.svg'],
  'manifest.webmanifest': ['manifest.webmanifest'],
}

/** Where the files of htmx lie beside the sources; a bundle has copies in its folder. */
const HTMX_FILES = {
  'htmx.min.js': 'htmx.org/dist/htmx.min.js',
  'hx-ptag.min.js': 'htmx.org/dist/ext/hx-ptag.min.js',
} as const

interface Asset {
  bytes: Buffer
  gzip: Buffer
  type: string
}

export interface Assets {
  /** The path of a file, below the path of the public URL. */
  path(name: string): string
  route: Route
}

/** The files are read when the first page needs an address: a start for API requests alone reads nothing. */
export function createAssets(): Assets {
  let made: { hash: string; files: ReadonlyMap<string, Asset> } | undefined
  const assets = () => {
    made ??= readAssets()
    return made
  }
  return {
    path: (name) => `/assets/${assets().hash}/${name}`,
    route: {
      method: 'GET',
      path: '/assets/{hash}/{name}',
      access: 'anyone',
      page: true,
      about: { summary: 'A file of the console', answers: { 200: { text: 'The file', types: Object.values(TYPES) } } },
      handle: ({ param, request }) => {
        const asset = assets().files.get(param('name'))
        // Another hash is the address of another release: the page that knows it must not get other files under it.
        if (asset === undefined || param('hash') !== assets().hash) return notFound('file')
        const zip = acceptsGzip(request)
        return new Response(new Uint8Array(zip ? asset.gzip : asset.bytes), {
          headers: {
            'content-type': asset.type,
            'cache-control': 'public, max-age=31536000, immutable',
            vary: 'accept-encoding',
            ...(zip && { 'content-encoding': 'gzip' }),
          },
        })
      },
    },
  }
}

function readAssets(): { hash: string; files: Map<string, Asset> } {
  const hash = createHash('sha256')
  const files = new Map<string, Asset>()
  for (const [name, parts] of Object.entries(FILES)) {
    const bytes = Buffer.concat(parts.flatMap((part) => [readPart(part), Buffer.from('\n')]))
    hash.update(name).update(bytes)
    files.set(name, { bytes, gzip: gzipSync(bytes, { level: 9 }), type: TYPES[name.split('.').at(-1)!]! })
  }
  return { hash: hash.digest('hex').slice(0, 12), files }
}

function readPart(name: string): Buffer {
  const own = join(FOLDER, name)
  if (existsSync(own)) return readFileSync(own)
  return readFileSync(fileURLToPath(import.meta.resolve(HTMX_FILES[name as keyof typeof HTMX_FILES])))
}
