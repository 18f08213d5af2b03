import { createJob, runStep } from '../test/e2e/support/action.ts'
import { compileHello } from '../test/e2e/support/hello.ts'
import { startRegistry } from '../test/support/registry.ts'
import { printCommands } from './print-commands.ts'
import { runInDocker } from './run-in-docker.ts'
import { showPublished } from './show-published.ts'

const words = process.argv.slice(2)
const unknown = words.filter((word) => word !== 'buildx' && word !== 'run')
if (unknown.length > 0) {
  console.error(
    `The demo takes the words buildx (build with Docker) and run (run the image), not ${unknown.join(' ')}.`,
  )
  process.exit(1)
}

const registry = await startRegistry()
// The time of the image, so that all runs of the step on any machine give the same one.
const job = createJob({}, { SOURCE_DATE_EPOCH: '0', ...(words.length > 0 ? ownEnvironment() : {}) })
try {
  const name = `${registry.host}/hello`
  const tags = ['1.0.0', 'latest']
  const inputs = {
    images: name,
    tags: tags.join(', '),
    platforms: 'amd64, arm64, arm32',
    // With Docker: the daemon's own builder, because a container cannot reach this loopback address.
    ...(words.includes('buildx') ? { engine: 'buildx', driver: 'docker' } : { engine: 'embedded' }),
    push: 'true',
  }
  console.log('Compiling examples/hello for three machines:\n')
  console.log(compileHello(job.workspace).replaceAll(/^(?=.)/gm, '    '))
  console.log(`Publishing it to a registry on ${registry.host}, as a runner would run the step:\n`)
  process.exitCode = await step(inputs)
  if (process.exitCode === 0) {
    await showPublished(name, tags)
    if (words.includes('run')) process.exitCode = await runInDocker(name, { inputs, step })
  }
  const left = words.includes('buildx') ? '; Docker keeps its build cache' : ''
  console.log(`\nThe registry and the directory of the step are removed${left}.`)
} finally {
  job.remove()
  await registry.close()
}

/** Runs the step as a runner does, prints its inputs and its log, and returns its exit status. */
async function step(inputs: Readonly<Record<string, string>>): Promise<number> {
  for (const [key, value] of Object.entries(inputs)) console.log(`    ${key}: ${value}`)
  console.log()
  const { status, outputs } = await runStep(job, inputs, {
    onOutput: printCommands((line) => console.log(`  ${line}`)),
  })
  if (status !== 0) console.log(`\nThe step ended with status ${status} (${outputs['error-code']}).`)
  return status ?? 1
}

/**
 * The variables that locate this machine's Docker (HOME, PATH, DOCKER_…), without those of a runner. Without Docker, the demo needs none of
 * them.
 */
function ownEnvironment(): Readonly<Record<string, string>> {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:GITHUB|RUNNER|INPUT|STATE)_/.test(name))
  // Empty is unset: the default socket or the current context.
  const docker = { DOCKER_HOST: process.env['DOCKER_HOST'] ?? '' }
  return {
    ...docker,
    ...Object.fromEntries(own.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  }
}
