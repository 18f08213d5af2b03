import { ActionError } from '../errors/action-error.ts'
import { gather } from '../errors/gather.ts'
import type { Host } from '../host/host.ts'
import type { Access } from '../login/login.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import type { Plan } from '../plan/plan.ts'
import { checkNamedContext } from '../source/context.ts'
import type { Reading } from '../source/needed-stages.ts'
import { readDockerfile } from '../source/read-dockerfile.ts'
import { checkBuildkitdConfig } from './buildkitd-config.ts'
import type { FoundBase } from './check-bases.ts'
import { checkImages, triggersInRegistry } from './check-images.ts'
import { checkEmulation, type Emulation } from './emulation/emulation.ts'
import { checkHubLogin } from './hub-login.ts'
import { checkKubernetes } from './kubeconfig.ts'
import { checkOutput } from './output.ts'
import { checkPush } from './push.ts'
import { checkSbomGenerator } from './sbom-generator.ts'
import { checkSecretMounts } from './secret-mounts.ts'
import { checkSecret } from './secrets.ts'
import { checkSpace } from './space.ts'
import { checkSsh } from './ssh.ts'
import { checkTag } from './tags.ts'

/** What was learnt on the way. */
export type Checked = {
  /** The Dockerfile; undefined where the builder alone reads it. */
  readonly reading: Reading | undefined
  /** The images it needs, as far as they could be found from here. */
  readonly bases: readonly FoundBase[]
  /** Of each machine that runs something of a platform that it is not. */
  readonly emulations: readonly Emulation[]
}

/**
 * Looks, before anything is built, whether the plan can work. All of it side by side, all findings in one error; what
 * cannot be known is said in the log. Without `preflight`, only what is here is read, and nobody is asked.
 *
 * @throws ActionError `input-invalid`, `context-not-found`, `dockerfile-not-found`, `dockerfile-invalid`, `secret-not-found`, `feature-missing`,
 * `platform-unsupported`, `image-not-found`, `builder-not-found`, `daemon-unreachable`, `emulator-missing`, `output-unwritable`, `tag-exists`, and those of the
 * registry
 */
export async function preflight(plan: Plan, login: Access, host: Host): Promise<Checked> {
  await checkHubLogin(plan, host)
  const begun = host.clock.now().getTime()
  const means = { login, host }
  const asked = plan.preflight && plan.push
  const repositories = asked ? repositoriesOf(plan.references) : []
  const tags = asked && plan.ifExists !== 'overwrite' ? plan.tags.filter(({ moves }) => !moves) : []
  const [checked] = await gather('Preflight', [
    checkDockerfile(plan, means),
    ...plan.build.contexts.map(checkNamedContext),
    ...plan.build.secrets.map((secret) => checkSecret(secret, host)),
    ...plan.build.ssh.map((agent) => checkSsh(agent, host)),
    ...plan.outputs.map(checkOutput),
    ...(plan.smokeTest ? [checkDockerProgram(host)] : []),
    ...repositories.map((repository) => checkPush(repository, means)),
    ...tags.map(({ reference }) => checkTag(reference, plan, means)),
    checkKubernetes(plan, means),
    checkBuildkitdConfig(plan),
    ...(plan.preflight ? [checkSbomGenerator(plan, means)] : []),
    ...(plan.preflight ? [checkSpace(plan, host)] : []),
  ])
  const took = host.clock.now().getTime() - begun
  host.log.info(plan.preflight ? `Preflight passed in ${took} ms` : 'Preflight is off')
  return checked
}

/** Each image and secret that the Dockerfile needs, and each platform that it runs something on. */
async function checkDockerfile(
  plan: Plan,
  { login, host }: { readonly login: Access; readonly host: Host },
): Promise<Checked> {
  const reading = await readDockerfile(plan, host)
  const means = { reading, login, host }
  if (reading === undefined) return { reading, bases: [], emulations: await checkEmulation(plan, means) }
  const triggersOf = triggersInRegistry(login.findImage, plan.build.contexts)
  const [emulations, images] = await gather('Preflight', [
    checkEmulation(plan, means),
    plan.preflight ? checkImages(plan, { reading, login, host, triggersOf }) : Promise.resolve({ reading, bases: [] }),
    plan.preflight ? checkSecretMounts(plan.build, { reading, host }) : Promise.resolve(),
  ])
  return { ...images, emulations }
}

/** The smoke test speaks to the daemon through it. */
async function checkDockerProgram({ exec }: Host): Promise<void> {
  const { ok, status } = await exec('docker', ['--version'], { timeout: 20_000 })
  if (ok) return
  const found = status === 127 ? 'there is no docker program on PATH' : `docker --version exits with ${status}`
  throw new ActionError('feature-missing', `Cannot run the smoke test: ${found}`, {
    hint: 'Install the Docker CLI (package docker-ce-cli or docker-cli), or leave smoke-test empty.',
  })
}
