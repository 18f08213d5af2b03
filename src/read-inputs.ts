import { loadPlacedYaml, loadYaml } from './bounds/yaml.ts'
import type { GitEvent } from './facts/event.ts'
import { findEvent, noSecretsOf } from './facts/find-event.ts'
import { withOffer } from './facts/offer.ts'
import { withCommitDate } from './facts/origin.ts'
import type { Host } from './host/host.ts'
import { loadLibraries } from './inputs/expressions.ts'
import type { Inputs } from './inputs/inputs.ts'
import { certificatesIn } from './inputs/nodes.ts'
import { givenInputs, parseInputs } from './inputs/parse.ts'
import { levelsVariable } from './inputs/read/pairs.ts'
import { secret } from './inputs/secret.ts'
import { isMapping } from './inputs/smoke-test.ts'
import { maskBuildSecrets, maskInputs, maskLogins, maskNodes } from './login/mask-secrets.ts'

/**
 * Reads the inputs of the step and the event that it runs for. Secrets are masked before anything that could quote them is printed.
 *
 * @throws ActionError `input-invalid`, with all that is wrong
 */
export async function readInputs(
  host: Host,
  readInput: (name: string) => string,
): Promise<{ readonly inputs: Inputs; readonly event: GitEvent }> {
  maskInputs(readInput, host)
  const parseYaml = isMapping(readInput('smoke-test')) ? await loadYaml() : undefined
  const isListed = ['registries', 'registry-auth', 'append'].some((name) => readInput(name).trim() !== '')
  const parsePlacedYaml = isListed ? await loadPlacedYaml() : undefined
  const texts = ['images', 'tags', 'flavor', 'labels', 'annotations', 'build-args'].map(readInput).join('\n')
  const token = readInput('github-token').trim()
  const found = findEvent(host.env)
  const needsDate = texts.includes('{{') && texts.includes('commit_date')
  const event = needsDate ? await withCommitDate(host, found, token === '' ? undefined : secret(token)) : found
  const libraries = await loadLibraries(texts)
  const options = {
    parseYaml,
    parsePlacedYaml,
    hasHubConnection: Boolean(host.env['DOCKERHUB_OIDC_CONNECTIONID']),
    nodeCertificates: certificatesIn(host.env),
    event,
    libraries,
    now: host.clock.now(),
    noSecrets: noSecretsOf(event, host.env),
    annotationLevels: host.env[levelsVariable],
  }
  const parse = () => parseInputs(readInput, givenInputs(host.env), options)
  const { inputs, warnings, notices } = await withOffer(host, readInput('builder'), parse)
  maskBuildSecrets(inputs.secrets, host)
  maskLogins(inputs.logins, host)
  maskNodes(inputs, host)
  for (const warning of warnings) host.log.warning(warning)
  for (const notice of notices) host.runner.notice(notice)
  return { inputs, event }
}
