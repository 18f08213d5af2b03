import type { Step } from './read-workflow.ts'

/** Programs that read the credentials of `docker login`. */
const programs =
  /(?<![\w./-])(?:docker|docker-compose|podman|buildah|skopeo|crane|regctl|oras|cosign|notation|helm|helmfile|trivy|grype|syft|ko|kaniko|flux|dive|container-structure-test)(?![\w/-])/

/** Commands that start scripts, whose content is not known. */
const scripts = /(?:^|[\s;&|(])(?:\.{1,2}\/|(?:make|just|task|mage|tox|npm|pnpm|yarn|bash|sh|python3?|go run)\s)/m

/** Names of actions that use the credentials, or may. */
const credentialActions =
  /attest|cosign|scout|trivy|grype|anchore|syft|sbom|oras|helm|crane|regctl|skopeo|notation|docker|container|image|registry|manifest|kaniko|buildah|podman|push/i

/** Actions that match by name but do not use the credentials. */
const harmlessActions: ReadonlySet<string> = new Set([
  'ad-m/github-push-action',
  'anchore/sbom-action/download-syft',
  'azure/setup-helm',
  'docker/setup-docker-action',
  'hadolint/hadolint-action',
  'imjasonh/setup-crane',
  'oras-project/setup-oras',
  'peter-evans/dockerhub-description',
  'sigstore/cosign-installer',
])

/** Whether a step runs a program that reads Docker's credentials. */
export function readsCredentials(step: Step): boolean {
  if (step.uses !== '') return isCredentialAction(step)
  return programs.test(commandsOf(step))
}

/** Whether a step may use Docker's credentials: it runs such a program, or a script. */
export function mayReadCredentials(step: Step): boolean {
  return readsCredentials(step) || (step.uses === '' && scripts.test(commandsOf(step)))
}

function isCredentialAction({ uses, inputs, action }: Step): boolean {
  if (action !== undefined) return action.kind === 'bake'
  if (/^(?:docker:\/\/|\.\/)/.test(uses)) return true
  if (/^actions\/attest/i.test(uses)) return inputs.get('push-to-registry')?.value === 'true'
  const [name = ''] = uses.toLowerCase().split('@')
  const isHarmless = name.startsWith('actions/') || harmlessActions.has(name)
  return !isHarmless && credentialActions.test(name)
}

/** Whether a step builds with the builder created by docker/setup-buildx-action. */
export function usesBuilder(step: Step): boolean {
  if (step.action?.kind === 'bake') return true
  if (/^\.\/|buildx|bake|devcontainers\/ci/i.test(step.uses) && step.action === undefined) return true
  const commands = commandsOf(step).replace(/\bbuildx\s(?:imagetools|version|ls)\b/g, '')
  return /\bbuildx\b|BUILDX_BUILDER/.test(commands)
}

/** Whether a step runs or builds something for another platform. */
export function usesEmulators(step: Step): boolean {
  if (usesBuilder(step)) return true
  return /--platform\b|--arch\b|DOCKER_DEFAULT_PLATFORM/.test(
    `${commandsOf(step)}${step.inputs.get('args')?.value ?? ''}`,
  )
}

/** Whether a step builds an image with a command. */
export function buildsImages(step: Step): boolean {
  return /\b(?:docker|podman|compose|buildah)\s(?:image\s)?(?:build|bud)\b/.test(commandsOf(step).replace(/\s+/g, ' '))
}

/** Whether a step starts containers. */
export function runsImages(step: Step): boolean {
  const commands = commandsOf(step)
  return (
    step.uses.startsWith('docker://') ||
    (/\b(?:docker|podman|compose)\b/.test(commands) && /\b(?:run|up)\b/.test(commands))
  )
}

/** Whether a step creates a multi-platform image from images that other jobs pushed. */
export function joinsImages(step: Step): boolean {
  const commands = commandsOf(step)
  const words = commands.replace(/\s+/g, ' ')
  const joins = ['imagetools create', 'manifest create', 'manifest push', 'manifest add', 'manifest-tool ']
  if (joins.some((one) => words.includes(one))) return true
  return /manifest-(?:create-)?action|docker-manifest/i.test(step.uses)
}

/** The commands of a step, without comments. */
function commandsOf({ fields }: Step): string {
  return (fields.get('run')?.value ?? '')
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
}
