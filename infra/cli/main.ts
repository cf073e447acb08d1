import process from 'node:process'
import { runCommand } from './commands.ts'

// The reader of the output may stop reading at any time, as `head` does. The command ends without a message then.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`tocsin: cannot write: ${error.message}\n`)
  process.exit(1)
})
process.stderr.on('error', () => {})

process.exitCode = await runCommand(process.argv.slice(2), process)
