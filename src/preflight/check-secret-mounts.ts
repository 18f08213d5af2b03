import { isDockersFrontend } from '../dockerfile/read/directives.ts'
import { annotationAt } from '../dockerfile/read/inline.ts'
import type { SecretMount } from '../dockerfile/read/instruction.ts'
import { ActionError } from '../errors/action-error.ts'
import { combine } from '../errors/gather.ts'
import type { Run } from '../run-context.ts'
import type { Reading } from '../source/needed-stages.ts'
import { nearest } from '../text/nearest.ts'

/** A secret or SSH agent that RUN instructions mount. */
type MountedSecret = SecretMount & {
  /** The line of the first RUN that requires it, else of the first that mounts it; from 1. */
  readonly line: number
}

/** Returns the secrets and SSH agents that the stages of the target mount, without duplicates, in line order. */
function mountedSecrets({ platforms }: Pick<Reading, 'platforms'>): readonly MountedSecret[] {
  const found = new Map<string, MountedSecret>()
  const mounts = platforms
    .flatMap(({ stages: { needed, stages } }) => needed.flatMap((index) => stages[index]?.instructions ?? []))
    .flatMap((one) => (one.kind === 'run' ? one.secrets.map((mount) => ({ ...mount, line: one.line })) : []))
    .sort((a, b) => Number(b.required) - Number(a.required) || a.line - b.line)
  for (const mount of mounts) {
    const name = `${mount.kind} ${mount.id}`
    if (!found.has(name)) found.set(name, mount)
  }
  return [...found.values()].sort((a, b) => a.line - b.line)
}

/**
 * Checks that every secret and SSH agent that the Dockerfile mounts is provided. One that no RUN requires is reported in a notice. A file
 * for a frontend other than Docker's is not checked.
 * | @throws ActionError `secret-not-found` at the line of the RUN that requires it, one for all
 */
export async function checkSecretMounts({ plan, host }: Run, reading: Reading): Promise<void> {
  const { secrets, ssh, buildArgs } = plan.build
  const { file, directives } = reading.dockerfile
  const syntax = Object.hasOwn(buildArgs, 'BUILDKIT_SYNTAX') ? buildArgs['BUILDKIT_SYNTAX'] : directives.syntax
  if (syntax === null || (syntax && !isDockersFrontend(syntax))) return
  const given = { secret: secrets.map(({ id }) => id), ssh: ssh.map(({ id }) => id) }
  const absent = mountedSecrets(reading).filter(({ kind, id }) => !given[kind].includes(id))
  for (const { kind, id, line } of absent.filter(({ required }) => !required)) {
    const near = nearest(id, given[kind])
    const meant = near === undefined ? '' : `; ${near} is given: did you mean that?`
    host.runner.notice(
      `${file}:${line}: the ${names[kind]} ${id} is not given, and RUN goes without it${meant}`,
      annotationAt(file, line),
    )
  }
  const errors = absent.filter(({ required }) => required).map((mount) => notGiven(mount, file, given[mount.kind]))
  if (errors.length > 0) throw combine('Preflight', errors)
}

const names = { secret: 'build secret', ssh: 'SSH agent' } as const

function notGiven({ kind, id, line }: MountedSecret, file: string, given: readonly string[]): ActionError {
  const near = nearest(id, given)
  const meant = near === undefined ? '' : `${near} is given: its id must be the same, letter for letter. `
  const way =
    kind === 'ssh'
      ? `\`ssh\` (${id} for the agent of SSH_AUTH_SOCK, or ${id}=path of a key)`
      : `\`secrets\` (${id}=value), \`secret-envs\` (${id}=NAME) or \`secret-files\` (${id}=path)`
  const found = `${file}:${line}: Cannot run this: the ${names[kind]} ${id} is not given`
  return new ActionError('secret-not-found', found, {
    hint: `${meant}Give it with ${way}; without \`required\` in the mount, RUN would go without it.`,
    place: { file, line },
  })
}
