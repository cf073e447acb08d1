import process from 'node:process'
import { checkFile } from '../../shared/sqlite/check.ts'

// The program of `check.ts`: the damage of the file in the first argument, as a list in JSON.
process.stdout.write(JSON.stringify(checkFile(process.argv[2] ?? '')))
