import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { inlineDockerfile } from '../../src/dockerfile/read/inline.ts'
import { parseDockerfile } from '../../src/dockerfile/read/parse.ts'
import { giveAdvice } from '../../src/engine/embedded/advice.ts'
import type { Host } from '../../src/host/host.ts'
import { cutDockerfile } from '../../src/inputs/dockerfile-credentials.ts'
import { tellCut } from '../../src/login/mask-secrets.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import { makePlan } from '../../src/plan/make-plan.ts'
import { warnUnknownStages } from '../../src/preflight/warn-unknown-stages.ts'
import { tellContextAdvice } from '../../src/report/slow-steps.ts'
import { createTestHost } from '../support/host.ts'
import { factsOf, inputsOf } from '../support/plan.ts'
import { readingOf, sampleResult } from '../support/summary-sample.ts'

const src = resolve(import.meta.dirname, '../../src')

/** Warnings and notices without a line of a file, by the file of src that shows them, and why none has one. */
const withoutLine: Readonly<Record<string, { readonly count: number; readonly why: string }>> = {
  'clean-up-unfinished.ts': { count: 2, why: 'clean-up' },
  'cli/build.ts': { count: 1, why: 'clean-up, on the command line' },
  'cli/open-published.ts': { count: 1, why: 'credentials of the machine, on the command line' },
  'cli/verify.ts': { count: 1, why: 'clean-up, on the command line' },
  'containers/kubernetes/kube-containers.ts': { count: 1, why: 'an input: `add-hosts` of the smoke test' },
  'main.ts': { count: 3, why: 'clean-up and outputs of the step' },

  'read-inputs.ts': { count: 2, why: 'inputs: the step does not know the lines of the workflow, and names the input' },
  'report/tell-plan.ts': { count: 2, why: 'inputs and facts of the machine' },
  'report/bake-files.ts': { count: 1, why: 'files of outputs' },
  'report/export-outputs.ts': { count: 1, why: 'an output' },
  'report/failure.ts': { count: 2, why: 'an output and job summary' },
  'report/report.ts': { count: 2, why: 'outputs and job summary' },
  'inputs/build-secrets.ts': { count: 1, why: 'an input' },
  'inputs/names.ts': { count: 1, why: 'an input' },
  'facts/origin.ts': { count: 1, why: 'the API of the server' },
  'login/keep-logins.ts': { count: 1, why: 'an input' },
  'login/login.ts': { count: 1, why: 'credentials of the machine' },
  'login/identity/resolve-identities.ts': { count: 1, why: 'an input' },
  'registry/auth/credentials.ts': { count: 3, why: 'credentials of the machine' },
  'containers/apple/apple-containers.ts': { count: 1, why: 'the engine' },
  'engine/buildkit/sparing-bad-cache.ts': { count: 1, why: 'a build cache' },
  'engine/buildx/keep-mounts.ts': { count: 1, why: 'a build cache' },
  'engine/write-cache-later.ts': { count: 1, why: 'a build cache' },
  'engine/nerdctl/engine.ts': { count: 1, why: 'a build cache' },
  'engine/buildx/settle-nodes.ts': { count: 1, why: 'a node that does not respond' },
  'engine/buildx/warn-emulated.ts': { count: 1, why: 'the platforms of nodes' },
  'engine/buildx/create-builder.ts': { count: 2, why: 'the builder' },
  'engine/watch-build.ts': { count: 1, why: 'the builder, which does not answer' },
  'engine/embedded/advice.ts': { count: 1, why: 'build arguments that are in no line of the Dockerfile' },
  'preflight/check-space.ts': { count: 1, why: 'a disk' },
  'legs/finish-leg.ts': { count: 3, why: 'other jobs' },
  'publish/copy-referrers.ts': { count: 1, why: 'a registry' },
  'publish/publish.ts': { count: 1, why: 'a registry' },
  'verify/check-size.ts': { count: 1, why: 'an input that this image store cannot obey' },
  'export/write-outputs.ts': { count: 1, why: 'files of the image' },
}

test('every warning and notice is on a line of a file, or listed with the reason why it is not', () => {
  const counts = new Map<string, number>()
  let placed = 0
  for (const path of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts') || path.startsWith('host/')) continue
    const text = readFileSync(join(src, path), 'utf8')
    for (const { index } of text.matchAll(/(?<=[\s.(])(?:log\.warning|notice)\(/g)) {
      const call = callAt(text, index)
      if (/annotation(?:At|Of)\(|place\b|isFile/.test(call)) placed += 1
      else counts.set(path, (counts.get(path) ?? 0) + 1)
    }
  }
  const listed = Object.entries(withoutLine).map(([path, { count }]) => [path, count])
  expect(Object.fromEntries([...counts].sort())).toEqual(Object.fromEntries(listed.sort()))
  expect(placed).toBeGreaterThan(10)
})

type Row = {
  readonly name: string
  readonly text: string
  readonly line: number | undefined
  readonly warn: (text: string, host: Host, file: string) => void
}

const adviseWith =
  (buildArguments: ReadonlyMap<string, string>) =>
  (text: string, { log }: Host, file: string) => {
    const [platform] = readingOf(text, ['amd64']).platforms
    if (platform === undefined) throw new Error('The Dockerfile has no platform')
    const buildPlatform = parsePlatform('amd64')
    giveAdvice(
      parseDockerfile(text, file),
      { ...platform, text, buildPlatform, buildArguments, withShell: new Set() },
      log,
    )
  }

const unknownStage = (name: string) => (text: string, host: Host, file: string) => {
  const plan = makePlan(inputsOf({ 'no-cache-filters': name }), factsOf())
  warnUnknownStages({ plan, host }, { dockerfile: parseDockerfile(text, file), platforms: [] })
}

const rows: readonly Row[] = [
  { name: 'a frontend', text: '# escape=`\n# syntax=acme/other\nFROM scratch\n', line: 2, warn: adviseWith(new Map()) },
  {
    name: 'a frontend of a build argument',
    text: 'FROM scratch\n',
    line: undefined,
    warn: adviseWith(new Map([['BUILDKIT_SYNTAX', 'acme/other']])),
  },
  { name: 'a build check', text: 'FROM scratch\nMAINTAINER me\n', line: 2, warn: adviseWith(new Map()) },
  {
    name: 'a build argument without ARG',
    text: 'FROM scratch\n',
    line: undefined,
    warn: adviseWith(new Map([['VERSION', '1']])),
  },
  { name: 'a stage like one', text: 'FROM a AS b\nFROM a AS test\n', line: 2, warn: unknownStage('tests') },
  { name: 'a stage like none', text: 'ARG A\nFROM a AS b\n', line: 2, warn: unknownStage('unlike') },
  {
    name: 'a large context',
    text: 'FROM a\nCOPY go.mod .\nCOPY --from=b . .\nCOPY . .\n',
    line: 4,
    warn: (text, { runner }, file) => {
      const { built, checked } = sampleResult({ dockerfile: text })
      const { reading } = checked
      const dockerfile = parseDockerfile(text, file)
      tellContextAdvice({ built, checked: { ...checked, reading: reading && { ...reading, dockerfile } } }, runner)
    },
  },
  {
    name: 'a password in ADD',
    text: 'FROM a\nADD https://me:word@a.example/x /x\n',
    line: 2,
    warn: (text, host, file) => {
      for (const cut of cutDockerfile(text, file).found) tellCut({ file, ...cut }, host)
    },
  },
]

test.each(rows)('$name is annotated on its line of the Dockerfile', ({ text, line, warn }) => {
  const placesIn = (file: string) => {
    const host = createTestHost()
    onTestFinished(host.close)
    warn(text, host, file)
    const notices = host.told.flatMap((one) => ('notice' in Object(one) ? [Object(one).place] : []))
    return [...host.log.places, ...notices]
  }
  expect(placesIn('Dockerfile')).toEqual([line === undefined ? undefined : { file: 'Dockerfile', line }])
  // A Dockerfile in the workflow has no file that a line could be in.
  expect(placesIn(inlineDockerfile)).toEqual([undefined])
})

/** The call that begins at `start`, up to its closing parenthesis. */
function callAt(text: string, start: number): string {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1
    if (text[at] === ')') depth -= 1
    if (depth === 0 && text[at] === ')') return text.slice(start, at)
  }
  return text.slice(start)
}
