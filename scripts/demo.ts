import { cpSync } from 'node:fs'
import { resolve } from 'node:path'
import { createJob, runStep } from '../test/e2e/support/action.ts'
import { type Pulled, pull } from '../test/e2e/support/pull.ts'
import { startRegistry } from '../test/support/registry.ts'
import { printCommands } from './print-commands.ts'

const example = resolve(import.meta.dirname, '../examples/hello')
const engine = process.argv[2] ?? 'embedded'
const registry = await startRegistry()
const job = createJob({}, ownEnvironment())
try {
  cpSync(example, job.workspace, { recursive: true })
  const name = `${registry.host}/hello`
  const inputs = {
    images: name,
    tags: '1.0.0, latest',
    platforms: 'amd64, arm64, arm32',
    // Without Docker by default. With it: the daemon's own builder, as one in a container would not see this loopback.
    ...(engine === 'buildx' ? { engine, driver: 'docker' } : { engine }),
    push: 'true',
  }
  console.log(`Publishing examples/hello to a registry on ${registry.host}, as a runner would run the step:\n`)
  for (const [key, value] of Object.entries(inputs)) console.log(`    ${key}: ${value}`)
  console.log()

  const step = await runStep(job, inputs, { onOutput: printCommands((line) => console.log(`  ${line}`)) })
  if (step.status === 0) await show(name, inputs.tags.split(', '))
  else
    console.log(`\nNothing was published: the step ended with status ${step.status} (${step.outputs['error-code']}).`)
  process.exitCode = step.status ?? 1
} finally {
  job.remove()
  await registry.close()
}

/** The way to Docker (HOME, PATH, DOCKER_…), without what a runner says of another step. */
function ownEnvironment(): Readonly<Record<string, string>> {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:GITHUB|RUNNER|INPUT|STATE)_/.test(name))
  return Object.fromEntries(own.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

/** Prints what the registry has now, read back without the code that put it there. */
async function show(name: string, tags: readonly string[]): Promise<void> {
  console.log('\nThe registry now has:\n')
  for (const tag of tags) {
    const image = await pull(name, tag)
    console.log(`  ${name}:${tag}  ${image.digest}`)
    if (tag === tags[0]) await showPlatforms(image)
  }
  const left = engine === 'buildx' ? '; Docker keeps its build cache' : ''
  console.log(`\nThe registry and the folder of the step are gone again${left}.`)
}

async function showPlatforms({ platforms }: Pulled): Promise<void> {
  for (const { platform, digest, manifest, readFile } of platforms) {
    const layers = manifest['layers'] as readonly { readonly size: number }[]
    const bytes = layers.reduce((sum, { size }) => sum + size, 0)
    console.log(`    ${platform.padEnd(14)}${digest}  ${bytes} bytes  "${(await readFile('greeting.txt'))?.trim()}"`)
  }
}
