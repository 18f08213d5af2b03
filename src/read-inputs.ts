import { limits } from './bounds/limits.ts'
import { readFileLimitedSync } from './bounds/read-limited.ts'
import { loadPlacedYaml, loadYaml, loadYamlPairs } from './bounds/yaml.ts'
import { engineText } from './engine/engine-names.ts'
import type { GitEvent } from './facts/event.ts'
import { findEvent, noSecretsOf } from './facts/find-event.ts'
import { withOffer } from './facts/offer.ts'
import { withCommitDate } from './facts/origin.ts'
import type { Host } from './host/host.ts'
import type { ReadText } from './inputs/build-args-files.ts'
import { loadLibraries } from './inputs/expressions.ts'
import type { Inputs } from './inputs/inputs.ts'
import { readMode } from './inputs/mode.ts'
import { certificatesIn } from './inputs/nodes.ts'
import { givenInputs, parseInputs } from './inputs/parse.ts'
import { parseList } from './inputs/read/list.ts'
import { isPairMapping } from './inputs/read/pair-mapping.ts'
import { levelsVariable } from './inputs/read/pairs.ts'
import { secret } from './inputs/secret.ts'
import { isMapping } from './inputs/smoke-test.ts'
import { maskBuildSecrets, maskInputs, maskLogins, maskNodes } from './login/mask-secrets.ts'

/**
 * Reads the inputs of the step and its event. Secrets are masked before any text that may quote them is printed.
 *
 * @throws ActionError `input-invalid` that lists all problems
 */
export async function readInputs(
  host: Host,
  given: (name: string) => string,
): Promise<{ readonly inputs: Inputs; readonly event: GitEvent }> {
  maskInputs(given, host)
  const readInput = (name: string): string => (name === 'engine' ? engineText(given(name), host.env) : given(name))
  const pairs = ['labels', 'annotations', 'build-args'].map(readInput)
  const parseYaml = isMapping(readInput('smoke-test')) ? await loadYaml() : undefined
  const isListed = ['registries', 'registry-auth', 'append', 'per-platform'].some(
    (name) => readInput(name).trim() !== '',
  )
  const parsePlacedYaml = isListed ? await loadPlacedYaml() : undefined
  const parseYamlPairs = pairs.some(isPairMapping) ? await loadYamlPairs() : undefined
  const files = readTexts(readInput('build-args-file'))
  const texts = [
    ...['images', 'tags', 'flavor'].map(readInput),
    ...pairs,
    ...[...files.values()].map((file) => ('value' in file ? file.value : '')),
  ].join('\n')
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
    parseYamlPairs,
    readText: (path: string) => files.get(path) ?? { problem: 'it was not read' },
    event,
    libraries,
    now: host.clock.now(),
    noSecrets: noSecretsOf(event, host.env),
    inheritsInputs: host.env['ACT'] === 'true' || host.env['GITEA_ACTIONS'] === 'true',
    annotationLevels: host.env[levelsVariable],
  }
  const parse = () => parseInputs(readInput, givenInputs(host.env), options)
  const { inputs, warnings, notices } =
    readMode(readInput('mode')) === 'build' ? await withOffer(host, readInput('builder'), parse) : parse()
  maskBuildSecrets(inputs.secrets, host)
  maskLogins(inputs.logins, host)
  maskNodes(inputs, host)
  for (const warning of warnings) host.log.warning(warning)
  for (const notice of notices) host.runner.notice(notice)
  return { inputs, event }
}

/** Reads each file of `build-args-file` once, up to the first that exceeds the total size limit. */
function readTexts(input: string): ReadonlyMap<string, ReturnType<ReadText>> {
  const texts = new Map<string, ReturnType<ReadText>>()
  let total = 0
  for (const { text: path } of parseList('lines', input.slice(0, limits.input)).items) {
    if (total > limits.input || texts.size > limits.inputItems) break
    const read = readText(path)
    if ('value' in read) total += read.value.length
    texts.set(path, read)
  }
  return texts
}

const readText: ReadText = (path) => {
  try {
    return { value: readFileLimitedSync(path, limits.input) }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return { problem: 'it does not exist. Paths are relative to the workspace' }
    return { problem: code === 'EACCES' ? 'permission denied' : message }
  }
}
