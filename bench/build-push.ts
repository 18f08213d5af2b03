import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createJob } from '../test/e2e/support/action.ts'
import { part } from '../test/e2e/support/rig.ts'
import { runContest } from './pairs.ts'
import { runQuietly, runStepOf } from './sides.ts'

// A step with tags, labels and a cache in a registry, against docker/build-push-action with the same inputs, both as whole processes: main and
// post. The bundle of that action is not part of this repository: name its dist/index.cjs.
const [, , bundle, given = '6'] = process.argv
if (bundle === undefined)
  throw new Error('Usage: node bench/build-push.ts path/to/build-push-action/dist/index.cjs [rounds]')
const rounds = Number(given)
const action = resolve(bundle)

const { host } = part('registry')
const run = `bench-${process.pid}`
const job = createJob(
  { Dockerfile: `FROM ${part('base')}\nRUN echo ${run} > /mark\nCOPY app /app\n`, app: 'first' },
  { DOCKER_HOST: part('docker').host, DOCKER_BUILD_SUMMARY: 'false', DOCKER_BUILD_RECORD_UPLOAD: 'false' },
)
const labels = ['title', 'url', 'source', 'revision', 'version'].map((key) => `org.opencontainers.image.${key}=x`)

const inputsOf = (name: string) => ({
  context: '.',
  tags: ['1.2', '1.2.3'].map((tag) => `${host}/bench/${name}:${tag}`).join('\n'),
  labels: labels.join('\n'),
  push: 'true',
  provenance: 'false',
  'cache-from': `type=registry,ref=${host}/bench/${name}:cache`,
  'cache-to': `type=registry,ref=${host}/bench/${name}:cache,mode=max`,
})

/** Runs the bundle as a runner does: main with its inputs, then post with the state that main left. */
async function runTheirs(): Promise<void> {
  const folder = mkdtempSync(join(job.temp, 'theirs-'))
  const files = Object.fromEntries(
    ['OUTPUT', 'STATE', 'STEP_SUMMARY', 'ENV', 'PATH'].map((name) => [`GITHUB_${name}`, join(folder, name)]),
  )
  for (const file of Object.values(files)) writeFileSync(file, '')
  const inputs = { ...inputsOf('theirs'), load: 'false', pull: 'false', 'no-cache': 'false' }
  const withInputs = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  )
  const env = { ...job.env, ...files, ...withInputs, RUNNER_TEMP: folder }
  const start = (more: Readonly<Record<string, string>>) =>
    runQuietly(process.execPath, [action], { cwd: job.workspace, env: { ...env, ...more } })
  await start({})
  const state = readFileSync(join(folder, 'STATE'), 'utf8').matchAll(/^([^=<\n]+)<<(.+)\n([\s\S]*?)\n\2$/gm)
  await start(Object.fromEntries([...state].map(([, name, , value = '']) => [`STATE_${name}`, value])))
  rmSync(folder, { recursive: true, force: true })
}

const runOurs = () => runStepOf(job, inputsOf('ours'))

try {
  // Both builds and both caches exist before the first round.
  for (const once of [runOurs, runTheirs]) await once()
  console.log('| case | rounds | the step | build-push-action | ratio |\n| --- | --- | --- | --- | --- |')
  let round = 0
  const change = () => writeFileSync(join(job.workspace, 'app'), `${run} ${Math.floor(round++ / 2)}`)
  for (const [name, prepare] of [['unchanged', undefined] as const, ['a file changed', change] as const]) {
    const rivals = [{ name: 'build-push-action', run: runTheirs }]
    const outcomes = await runContest({ name, rounds, ours: runOurs, rivals, ...(prepare && { prepare }) })
    for (const { ours, theirs, ratio } of outcomes) {
      const ratios = [ratio.min, ratio.median, ratio.max].map((one) => one.toFixed(2)).join(' / ')
      console.log(
        `| ${name} | ${rounds} | ${(ours / 1000).toFixed(2)} s | ${(theirs / 1000).toFixed(2)} s | ${ratios} |`,
      )
    }
  }
} finally {
  job.remove()
}
