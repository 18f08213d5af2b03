import coerce from 'semver/functions/coerce.js'
import lt from 'semver/functions/lt.js'
import type { PlacedStatement } from '../../dockerfile/read/statements.ts'
import { readStatements } from '../../dockerfile/read/statements.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Podman } from '../../facts/facts.ts'

type Program = Pick<Podman, 'name' | 'version'>

/** The first versions that support a feature, as far as they were tried (4.3.1, 5.4.2, 5.8.6 with their Buildah); `never`: none does. */
const since = {
  'host-gateway': { podman: '5.5.0', buildah: '1.40.0' },
  'here-documents': { podman: '4.8.0', buildah: '1.33.0' },
  '--exclude': { podman: '4.4.0', buildah: '1.29.0' },
  '--link': { podman: '5.5.0', buildah: '1.40.0' },
  '--parents': { podman: '5.5.0', buildah: '1.40.0' },
  'RUN --network': { podman: '4.4.0', buildah: '1.29.0' },
  'RUN --security': 'never',
} as const

type Feature = keyof typeof since

/** Whether a version supports a feature. One that it does not is an error of its own. */
export function hasFeature({ name, version }: Program, feature: Feature): boolean {
  const first = since[feature]
  if (first === 'never') return false
  const own = coerce(version)
  return own === null || !lt(own, first[name])
}

/**
 * Checks that the version supports what the Dockerfile uses.
 *
 * @throws ActionError `feature-missing` with every line that it does not support
 */
export function checkFeatures(
  { file, text }: { readonly file: string; readonly text: string },
  program: Program,
): void {
  const found = readStatements(text, () => undefined).statements.flatMap((statement) => {
    const feature = featuresOf(statement).find((used) => !hasFeature(program, used))
    return feature === undefined ? [] : [{ line: statement.line, feature }]
  })
  const [first] = found
  if (first === undefined) return
  const lines = found.slice(0, 20).map(({ line, feature }) => `${file}:${line}: ${feature}`)
  throw new ActionError(
    'feature-missing',
    `Cannot build with ${program.name} ${program.version}, which does not support what the Dockerfile uses:\n${lines.join('\n')}`,
    {
      hint: `${hintFor(first.feature, program)}use the engine buildx, or rewrite the instruction.`,
      place: { file, line: first.line },
    },
  )
}

function hintFor(feature: Feature, { name }: Program): string {
  const first = since[feature]
  return first === 'never' ? 'No version of Podman supports it: ' : `Install ${name} ${first[name]} or newer, `
}

function featuresOf({ keyword, heredocs, flags }: PlacedStatement): readonly Feature[] {
  const names = flags.map((flag) => flag.replace(/=.*/s, ''))
  const run = keyword.toUpperCase() === 'RUN'
  return [
    ...(heredocs.length > 0 ? (['here-documents'] as const) : []),
    ...(['--exclude', '--link', '--parents'] as const).filter((flag) => !run && names.includes(flag)),
    ...(run && names.includes('--network') ? (['RUN --network'] as const) : []),
    ...(run && names.includes('--security') ? (['RUN --security'] as const) : []),
  ]
}
