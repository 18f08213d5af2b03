import { cleanUpStep } from '../clean-up-step.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Environment } from '../host/host.ts'
import { createHost } from '../host/node.ts'
import { readInput } from '../host/print/commands.ts'
import type { Display } from '../host/print/terminal-outlet.ts'
import { inputHint } from '../inputs/read/problem.ts'
import { declareOutputs } from '../report/declared-outputs.ts'
import { run } from '../run.ts'
import type { Command, CommandContext } from './command.ts'
import { displayFlags, readDisplay } from './display-flags.ts'
import { type HelpText, renderHelp } from './help.ts'
import { type FlagRows, type GivenFlags, isOn, readFlags, usageError } from './read-flags.ts'
import { inputFlags, inputsWithoutFlag, secretVariables } from './step-flags.ts'
import { outputLines, outputsAsJson } from './step-outputs.ts'

/** Builds, verifies and publishes an image, as the action does. */
export const buildCommand: Command = {
  help: () => renderHelp(helpOf('build')),
  read: (args) => readStep('build', args),
}

/** Shows what `build` would do with the same flags, without building. */
export const planCommand: Command = {
  help: () => renderHelp(helpOf('plan')),
  read: (args) => readStep('plan', args),
}

type StepCommand = 'build' | 'plan'

const passwordFlag = {
  'password-stdin': { kind: 'switch', doc: 'Read the password for --username from standard input.' },
} as const satisfies FlagRows

function readStep(command: StepCommand, args: readonly string[]): ReturnType<Command['read']> {
  const { common, others } = inputFlags()
  const rows = { ...common, ...others, ...passwordFlag, ...displayFlags }
  const given = readFlags(args, { command, rows, notFlags: inputsWithoutFlag() })
  const [context, ...more] = given.others
  if (more.length > 0) {
    throw usageError(command, [`expected one build context, found ${given.others.slice(0, 5).join(' ')}`])
  }
  if (context !== undefined && given.flags.has('context')) {
    throw usageError(command, [`the build context is given twice, as ${context} and with --context`])
  }
  const display = readDisplay(given)
  return {
    display,
    run: async (found) => {
      const inputs = { ...inputsOf(given), ...(context === undefined ? {} : { context }) }
      const password = isOn(given, 'password-stdin') ? await found.readStandardInput() : undefined
      return await runStep(command, { ...inputs, ...(password === undefined ? {} : { password }) }, { display, found })
    },
  }
}

/** Returns the inputs among the flags, as texts. */
function inputsOf({ flags }: GivenFlags): Readonly<Record<string, string>> {
  const own = new Set<string>([...Object.keys(displayFlags), ...Object.keys(passwordFlag)])
  return Object.fromEntries([...flags].flatMap(([name, values]) => (own.has(name) ? [] : [[name, values.join('\n')]])))
}

async function runStep(
  command: StepCommand,
  given: Readonly<Record<string, string>>,
  { display, found }: { readonly display: Display; readonly found: CommandContext },
): Promise<number> {
  const { outlet, signal } = found
  const env = stepEnvironment(found.env, command === 'plan' ? { ...given, 'dry-run': 'true' } : given)
  const outputs = new Map<string, string>()
  const { runner, writeRest } = declareOutputs({
    ...outlet.runner,
    setOutput: (name, value) => void outputs.set(name, value),
  })
  let thrown: { readonly error: unknown } | undefined
  const host = createHost(env, signal, outlet)
  try {
    await run({ ...host, runner }, (name) => readInput(env, name))
  } catch (error) {
    thrown = { error: ofCommandLine(error, command) }
  } finally {
    // No later step could use kept resources.
    for (const problem of await cleanUpStep(host.tempDir, host)) outlet.log.warning(problem)
    host.close()
  }
  writeRest()
  if (thrown !== undefined) return found.fail(thrown.error, outputsAsJson(outputs))
  if (display.json) outlet.printJson(outputsAsJson(outputs))
  else if (command === 'build') for (const line of outputLines(outputs)) outlet.print(line)
  return 0
}

/** Returns the environment of a step: that of this process, plus inputs as the runner sets them. Secrets become inputs, which no child inherits. */
function stepEnvironment(env: Environment, given: Readonly<Record<string, string>>): Environment {
  const secrets = Object.entries(secretVariables).flatMap(([name, variable]) => {
    // Two inputs share one variable; it sets one of them.
    const value = name === 'registry-auth' ? undefined : env[variable]
    return value === undefined ? [] : [[name, value] as const]
  })
  const consumed = new Set<string>(Object.values(secretVariables).filter((name) => name.startsWith('POLYARCH_')))
  const kept = Object.entries(env).filter(([name]) => !/^(?:INPUT|STATE)_/i.test(name) && !consumed.has(name))
  const inputs = Object.entries({ ...Object.fromEntries(secrets), ...given })
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(inputs.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  }
}

/** Returns an input error with a hint for the command line. */
function ofCommandLine(error: unknown, command: StepCommand): unknown {
  if (!(error instanceof ActionError) || !error.hint?.startsWith(inputHint)) return error
  const own = `Correct the flags of these names; nothing was run yet. Run polyarch ${command} --help for what each accepts.`
  const hint = error.hint.replace(inputHint, own)
  return new ActionError(error.code, error.message, { hint, cause: error.cause })
}

function helpOf(command: StepCommand): HelpText {
  const { common, others } = inputFlags()
  return {
    ...texts[command],
    sections: [
      { title: 'Common flags', flags: common },
      { title: 'Output', flags: displayFlags },
      { title: 'All other flags', flags: { ...others, ...passwordFlag } },
    ],
    notes: [
      'A flag that ends in … can be given several times. Switches are on when they are given, and --NAME=false turns one off.',
      'Secrets are not flags, because arguments are visible to other users of the machine. Set POLYARCH_PASSWORD for --username (or use --password-stdin), POLYARCH_SECRETS for build secrets (id=value, one per line; or use --secret-envs and --secret-files), POLYARCH_REGISTRIES for credentials of several registries, and GITHUB_TOKEN for ghcr.io. Credentials of docker login and podman login are used as they are.',
      'Exit status: 0 success, 66 a named file or image does not exist, 75 a transient failure, 1 any other failure. docs/reference/errors.md lists the error codes.',
    ],
  }
}

const texts: Readonly<Record<StepCommand, Pick<HelpText, 'usage' | 'about' | 'examples'>>> = {
  build: {
    usage: 'build [CONTEXT] [FLAGS]',
    about:
      'Build an image for one or several platforms, verify it, and push, load or export it. Every input of the action is a flag of the same name, and both do the same. Without Docker, Dockerfiles that do not need RUN are built by the embedded engine.',
    examples: [
      { does: 'Build for this Docker and load the image.', line: 'polyarch build . --tags acme/app:dev' },
      {
        does: 'Build for two platforms, verify both, and push.',
        line: 'polyarch build . --images ghcr.io/acme/app --tags 1.2.3,latest --platforms amd64,arm64 --push',
      },
      {
        does: 'Write an OCI archive and print its digest.',
        line: 'polyarch build . --platforms amd64,arm64 --outputs type=oci,dest=image.tar --json | jq -r .digest',
      },
      {
        does: 'Build with a secret that no argument shows.',
        line: 'polyarch build . --tags acme/app:dev --secret-envs npm_token=NPM_TOKEN',
      },
    ],
  },
  plan: {
    usage: 'plan [CONTEXT] [FLAGS]',
    about:
      'Show what polyarch build would do with the same flags: engine, platforms, base images, tags, labels and credentials. Preflight checks run, push access included. Nothing is built or written.',
    examples: [
      {
        does: 'Show the plan of a release.',
        line: 'polyarch plan . --images ghcr.io/acme/app --tags 1.2.3,latest --platforms amd64,arm64 --push',
      },
      {
        does: 'Print the tags that it would write.',
        line: 'polyarch plan . --images ghcr.io/acme/app --tags 1.2.3 --push --json | jq -r ".tags[]"',
      },
    ],
  },
}
