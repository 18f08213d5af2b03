import { commands } from '../src/cli/commands.ts'
import { overview } from '../src/cli/run-command-line.ts'

/** The help of the command line and of each command, under the names of the golden files. */
export async function helpFiles(): Promise<Readonly<Record<string, string>>> {
  const loaded = Object.entries(commands).map(async ([name, { load }]) => {
    return [`${name}.txt`, `${(await load()).help()}\n`] as const
  })
  return { 'polyarch.txt': `${overview()}\n`, ...Object.fromEntries(await Promise.all(loaded)) }
}
