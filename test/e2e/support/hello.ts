import { execFileSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { resolve } from 'node:path'
import { typescriptArguments } from '../../support/node.ts'

const example = resolve(import.meta.dirname, '../../../examples/hello')

/** Copies examples/hello to the directory and compiles it, as a job does before the step. Returns the compiler's output. */
export function compileHello(folder: string): string {
  cpSync(example, folder, { recursive: true })
  return execFileSync(process.execPath, [...typescriptArguments, 'compile.ts'], { cwd: folder, encoding: 'utf8' })
}
