import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { withSecretFiles } from '../../../../src/engine/buildkit/secret-files.ts'
import { buildArguments } from '../../../../src/engine/buildx/args.ts'
import type { InputName } from '../../../../src/inputs/schema.ts'
import { makePlan } from '../../../../src/plan/make-plan.ts'
import { builderOf, factsOf, inputsOf } from '../../../support/plan.ts'
import { tempFolder } from '../../../support/temp.ts'

/** The arguments that docker/build-push-action 7.3 passes to buildx 0.30 in a run on `main` of acme/app, recorded with a program in place of docker. */
type Recorded = { readonly inputs: Partial<Record<InputName, string>>; readonly args: readonly string[] }

const recorded: readonly Recorded[] = readFileSync(
  new URL('../../../golden/build-push-args.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))

/** The step decides these itself: it pushes by digest, verifies, and writes the tags afterwards. */
const decidedByTheStep = [
  ...['--builder', '--progress', '--platform', '--output', '--push', '--load', '--tag'],
  ...['--metadata-file', '--iidfile'],
]

test('at least 40 combinations are recorded', () => {
  expect(recorded.length).toBeGreaterThanOrEqual(40)
})

test.each(recorded)('buildx receives the arguments of build-push-action for %j', ({ inputs, args }) => {
  const plan = makePlan(
    // Difference: the labels of metadata-action are added unless disabled.
    inputsOf({ 'default-labels': 'false', images: 'acme/app', ...inputs }),
    factsOf({
      event: { ...factsOf().event, runUrl: 'https://github.com/acme/app/actions/runs/42/attempts/1' },
      builder: builderOf({ driver: 'docker-container', name: 'b' }),
      ...(inputs['cache-to']?.includes('gha') ? { cacheService: true } : {}),
    }),
  )
  const ours = buildArguments(withSecretFiles(plan.build, { tempDir: tempFolder(), env: {} }), {
    builder: 'b',
    platforms: [],
    outputs: [],
    metadataFile: '/t/metadata',
    imageIdFile: '/t/image-id',
    addHosts: [],
    progress: 'rawjson',
  })
  expect(ofOurs(ours)).toEqual(ofTheirs(args, inputs))
})

/** The arguments by flag, without those that the step decides. Buildx ignores the order between flags. */
function byFlag(args: readonly string[]): Record<string, string[]> {
  const flags: Record<string, string[]> = {}
  const words = [...args.slice(1)]
  while (words.length > 1) {
    const [flag = '', joined] = splitOnce(words.shift() ?? '', '=')
    const value = joined ?? (words.length > 1 && !words[0]?.startsWith('--') ? (words.shift() ?? '') : '')
    if (!decidedByTheStep.includes(flag)) flags[flag] = [...(flags[flag] ?? []), value]
  }
  return { ...flags, context: words }
}

function ofOurs(args: readonly string[]): Record<string, string[]> {
  const { '--provenance': provenance = [], '--sbom': sbom = [], ...flags } = byFlag(args)
  return {
    ...flags,
    attestations: [...provenance.map((text) => `provenance ${sorted(text)}`), ...sbom.map((text) => `sbom ${text}`)],
    ...('--secret' in flags ? { '--secret': withoutFiles(flags['--secret'] ?? []) } : {}),
  }
}

function ofTheirs(args: readonly string[], inputs: Recorded['inputs']): Record<string, string[]> {
  const { '--attest': attests = [], ...flags } = byFlag(args)
  return {
    ...flags,
    ...mapped(flags, '--cache-from', asRecord),
    ...mapped(flags, '--cache-to', ignoringErrors),
    attestations: ['provenance', 'sbom'].map((type) => attestation(type, attests, inputs)),
    ...('--secret' in flags ? { '--secret': withoutFiles(flags['--secret'] ?? []) } : {}),
  }
}

function mapped(
  flags: Readonly<Record<string, string[]>>,
  flag: string,
  change: (text: string) => string,
): Record<string, string[]> {
  return flag in flags ? { [flag]: (flags[flag] ?? []).map(change) } : {}
}

/** The form in which buildx reads a plain reference. */
function asRecord(cache: string): string {
  return cache.includes('=') ? cache : `type=registry,ref=${cache}`
}

/** Difference: a cache that cannot be written does not fail the build. `inline` is part of the image. */
function ignoringErrors(cache: string): string {
  return cache === 'type=inline' || cache.includes('ignore-error') ? cache : `${cache},ignore-error=true`
}

/** `--attest type=T,A` is what `--T=A` means. Difference: an attestation that no input names is off. */
function attestation(type: string, attests: readonly string[], inputs: Recorded['inputs']): string {
  const entry = attests.find((text) => text.startsWith(`type=${type}`))
  const named = inputs[type as InputName] || inputs.attests?.includes(`type=${type}`)
  if (entry === undefined || !named) return `${type} false`
  const attributes = entry.replace(`type=${type}`, '').replace(/^,/, '')
  if (attributes === 'disabled=true') return `${type} false`
  return `${type} ${attributes === '' || attributes === 'disabled=false' ? 'true' : sorted(attributes)}`
}

/** The order of attributes has no meaning. */
function sorted(attributes: string): string {
  return attributes.split(',').sort().join(',')
}

/** It does not matter from where the value is read. Difference: the job's token is sent with its user name. */
function withoutFiles(secrets: readonly string[]): string[] {
  return secrets.map((text) => text.replace(/,(src|env)=.*$/, '').replace('GIT_AUTH_TOKEN.', 'GIT_AUTH_HEADER.')).sort()
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
