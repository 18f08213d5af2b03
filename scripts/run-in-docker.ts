import { spawnSync } from 'node:child_process'

type Inputs = Readonly<Record<string, string>>
type Options = {
  /** The inputs it was published with. */
  readonly inputs: Inputs
  /** Runs the step and returns its exit status. */
  readonly step: (inputs: Inputs) => Promise<number>
}

/** The exit status of errors that a later run may not have, as in the step. */
const temporary = 75

/**
 * Loads the image into the Docker daemon with the step, runs it, prints its output, and removes it again. Returns the exit status. The
 * daemon does not need to reach the registry.
 */
export async function runInDocker(name: string, { inputs, step }: Options): Promise<number> {
  const server = docker('version', '--format', '{{.Server.Os}}/{{.Server.Arch}}')
  if (server.failure !== undefined) {
    console.log(`\nThe image is not run, as Docker does not answer: ${server.failure}`)
    return temporary
  }
  const [image, platform] = [`${name}:1.0.0`, server.output]
  console.log(`\nLoading it into Docker, which is on ${platform}, by the same step:\n`)
  const status = await step({ ...inputs, tags: '1.0.0', platforms: platform, push: 'false', load: 'true' })
  if (status !== 0) return status
  const run = ['run', '--rm', '--pull', 'never', '--network', 'none', image]
  const program = docker(...run)
  const removed = docker('image', 'rm', image)
  console.log(`\nRunning it:\n\n    docker ${run.join(' ')}\n    ${program.failure ?? program.output}`)
  console.log(
    `\nDocker ${removed.failure === undefined ? 'has removed it again' : `still has it: ${removed.failure}`}.`,
  )
  return program.failure === undefined && removed.failure === undefined ? 0 : 1
}

/** The output of the command, or why it failed. A daemon that does not answer may also print nothing. */
function docker(...args: readonly string[]): { readonly output: string; readonly failure?: string } {
  const { error, status, stdout, stderr } = spawnSync('docker', args, { encoding: 'utf8', timeout: 30_000 })
  const output = stdout?.trim() ?? ''
  if (status === 0) return { output }
  const missing = error !== undefined && 'code' in error && error.code === 'ENOENT'
  const failure = missing ? 'there is no program docker on PATH' : error?.message || stderr.trim() || `status ${status}`
  return { output, failure }
}
