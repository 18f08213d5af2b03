import { type CommandLine, runCommandLine } from '../../src/cli/run-command-line.ts'

export type CommandLineResult = { readonly status: number; readonly out: string; readonly err: string }

export type CommandLineOptions = Partial<Pick<CommandLine, 'env' | 'signal' | 'readStandardInput'>> & {
  readonly isTTY?: boolean
}

/** Runs a command line in this process, with streams that keep what is written. */
export async function commandLine(
  args: readonly string[],
  { isTTY = false, ...options }: CommandLineOptions = {},
): Promise<CommandLineResult> {
  const written = { out: '', err: '' }
  const streamOf = (name: 'out' | 'err') => ({
    isTTY,
    columns: 100,
    write: (text: string) => {
      written[name] += text
    },
  })
  const status = await runCommandLine({
    args,
    env: {},
    streams: { out: streamOf('out'), err: streamOf('err') },
    version: '1.2.3',
    signal: new AbortController().signal,
    readStandardInput: async () => '',
    ...options,
  })
  return { status, ...written }
}
