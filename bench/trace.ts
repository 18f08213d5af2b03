import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Build, runOurs } from './sides.ts'

/** A sampled profile as V8 writes it. https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
type Profile = {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[]
}

/** The functions that begin the phases of main, in the order of ARCHITECTURE.md. */
const phases = [
  'readInputs',
  'probe',
  'makePlan',
  'startVariants',
  'besidePreflight',
  'verifyImage',
  'publishTested',
  'cleanUpStep',
]
const rows = 15

/** Milliseconds between two samples. */
const interval = 0.1

/** Prints where the time of one process went: its phases, its files, and the functions with the most time of their own. */
function print(name: string, { nodes, samples, timeDeltas }: Profile): void {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))
  const own = new Map<string, number>()
  const begins = new Map<string, number>()
  let now = 0
  for (const [at, id] of samples.entries()) {
    now += (timeDeltas[at] ?? 0) / 1000
    const frame = frames.get(id)
    const label = `${frame?.functionName || '(top level)'} ${placeOf(frame?.url ?? '')}`.trim()
    own.set(label, (own.get(label) ?? 0) + (timeDeltas[at + 1] ?? 0) / 1000)
    for (let up: number | undefined = id; up !== undefined; up = parents.get(up)) {
      const phase = frames.get(up)
      if (phase === undefined || !phases.includes(phase.functionName) || !phase.url.includes('/dist/')) continue
      if (!begins.has(phase.functionName)) begins.set(phase.functionName, now)
    }
  }
  const idle = own.get('(idle)') ?? 0
  console.log(`\n${name}: ${now.toFixed(0)} ms, of which ${idle.toFixed(0)} ms wait\n`)
  const starts = [...begins].toSorted(([, a], [, b]) => a - b)
  if (starts.length > 0) console.log('| from | phase | until the next |\n| --- | --- | --- |')
  for (const [at, [phase, begin]] of starts.entries()) {
    const end = starts[at + 1]?.[1] ?? now
    console.log(`| ${begin.toFixed(0)} ms | ${phase} | ${(end - begin).toFixed(0)} ms |`)
  }
  console.log('\n| own time | function |\n| --- | --- |')
  const most = [...own].toSorted(([, a], [, b]) => b - a).slice(0, rows)
  for (const [label, time] of most) console.log(`| ${time.toFixed(1)} ms | ${label} |`)
}

/** Returns the file of a function: the chunk, or the module of Node.js. */
function placeOf(url: string): string {
  return url.replace(/^.*\/dist\//, '')
}

/** Runs the step with a profiler, and prints the profiles of main and post. Its caches are filled. */
export async function traceStep(build: Build): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'polyarch-trace-'))
  try {
    const options = `--cpu-prof --cpu-prof-interval=${interval * 1000} --cpu-prof-dir=${folder}`
    await runOurs(build, {}, { through: ['sh', '-c', `exec "$0" ${options} "$@"`] })
    // A name has the time and the number of the process: main's is the first.
    for (const [at, file] of readdirSync(folder).toSorted().entries()) {
      print(['main', 'post'][at] ?? file, JSON.parse(readFileSync(join(folder, file), 'utf8')))
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
