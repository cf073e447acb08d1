import process from 'node:process'
import { runCommand } from './commands.ts'

// Whoever reads the output may stop whenever he has enough, as `head` does. Nothing is left to be said then.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`tocsin: cannot write: ${error.message}\n`)
  process.exit(1)
})
process.stderr.on('error', () => {})

process.exitCode = await runCommand(process.argv.slice(2), process)
