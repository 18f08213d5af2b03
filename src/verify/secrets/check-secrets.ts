import { parseJson } from '../../bounds/json.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { ImageConfig } from '../../oci/config.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { ImageContent } from '../../oci/store.ts'
import type { ImageFiles } from '../check-files.ts'
import type { Origin } from '../origin.ts'
import { type Hit, needlesIn, needlesInStream, type SecretSearch, withoutSecrets } from './secret-search.ts'

/** Maximum number of findings per layer that are reported. */
const mostListed = 5

/** A secret in one layer of an image. */
export type LayerHit = Hit & { readonly layer: string }

/** Creates one problem for each secret and location; they do not contain the secret itself. */
export function checkLayers(
  files: ImageFiles,
  hits: readonly LayerHit[],
  search: SecretSearch,
): readonly ActionError[] {
  const { sizes, origins, dockerfile } = files
  const problems = hits.slice(0, mostListed).map(({ needle, path, part, layer }) => {
    const origin = dockerfile === undefined ? undefined : origins.get(layer)
    const from = origin ? `, from ${dockerfile}:${origin.line}: ${withoutSecrets(search, origin.text)}` : ''
    const where = `/${withoutSecrets(search, path)}`
    const found = part === 'content' ? `${where} contains` : `the name or an attribute of ${where} contains`
    return problem(files, `${found} ${roleOf(search, needle)} (layer ${layer}, ${sizes.get(layer) ?? ''}${from})`, {
      hint: /(?:^|\/)\.git\//.test(path) ? gitHint : copyHint,
      origin,
    })
  })
  const more = hits.length - problems.length
  return more > 0 ? [...problems, problem(files, `${more} more files contain secrets of this step`)] : problems
}

const gitHint =
  'Add `.git` to .dockerignore, or set `persist-credentials: false` for actions/checkout. If the secret has left this machine, revoke it.'
const copyHint =
  'Add the file to .dockerignore, or pass the secret to the RUN that needs it with `--mount=type=secret`. Revoke the secret if the image has left this machine.'
const historyHint =
  'Pass the secret to the RUN that needs it with `--mount=type=secret`: build arguments, ENV, LABEL and annotations are part of the image. If it has left this machine, revoke it.'

type ImageNames = Pick<ImageFiles, 'platform' | 'dockerfile'>

/** A search of texts with their origins. */
type TextSearch = {
  readonly search: SecretSearch
  /** Returns the instruction that a text of the configuration comes from. */
  readonly originOf: (place: TextPlace) => Origin | undefined
}

/** A text in a JSON document with the keys that lead to it. */
export type TextPlace = { readonly keys: readonly (string | number)[]; readonly text: string }

/**
 * Searches the configuration of an image: environment, labels, history and all other texts. Reports each secret once.
 */
export function checkTexts(
  image: ImageNames,
  configuration: ImageConfig,
  { search, originOf }: TextSearch,
): readonly ActionError[] {
  const told = new Set<number>()
  const problems: ActionError[] = []
  for (const place of textsOf(configuration)) {
    for (const needle of needlesIn(search, [...place.keys.slice(-1), place.text].join('='))) {
      if (told.has(needle)) continue
      told.add(needle)
      const origin = image.dockerfile === undefined ? undefined : originOf(place)
      const from = origin ? ` (${image.dockerfile}:${origin.line}: ${withoutSecrets(search, origin.text)})` : ''
      const found = `${withoutSecrets(search, describe(place))} contains ${roleOf(search, needle)}${from}`
      problems.push(problem(image, found, { hint: historyHint, origin }))
    }
  }
  return problems
}

/** Searches documents that do not belong to a single image: annotations of manifests and indexes, and attestations. */
export async function checkDocuments(
  { tree: { documents, blobs, images }, blobs: from }: ImageContent,
  search: SecretSearch,
  signal: AbortSignal,
): Promise<readonly ActionError[]> {
  const problems: ActionError[] = []
  for (const { descriptor, bytes } of documents) {
    for (const { keys, text } of textsOf(parseJson(Buffer.from(bytes).toString('utf8')))) {
      for (const needle of needlesIn(search, [...keys.slice(-1), text].join('='))) {
        const key = withoutSecrets(search, String(keys.at(-1)))
        problems.push(
          anyProblem(`the annotation ${key} of ${descriptor.digest} contains ${roleOf(search, needle)}`, historyHint),
        )
      }
    }
  }
  const ofImages = new Set(images.flatMap(({ config, layers }) => [config, ...layers].map(({ digest }) => digest)))
  for (const blob of blobs.filter(({ digest }) => !ofImages.has(digest))) {
    for (const needle of await needlesInStream(search, await from.open(blob, { signal }))) {
      problems.push(anyProblem(`the attestation ${blob.digest} contains ${roleOf(search, needle)}`, attestationHint))
    }
  }
  return problems
}

const attestationHint =
  'Provenance records build arguments and labels: pass the secret to the RUN that needs it with `--mount=type=secret`. If it has left this machine, revoke it.'

/** Returns every text of a JSON document, starting with those that are easy to name. */
function textsOf(value: unknown): readonly TextPlace[] {
  const found: TextPlace[] = []
  const walk = (at: unknown, keys: TextPlace['keys']): void => {
    if (typeof at === 'string') found.push({ keys, text: at })
    else if (Array.isArray(at)) for (const [index, item] of at.entries()) walk(item, [...keys, index])
    else if (typeof at === 'object' && at !== null) {
      for (const [key, item] of Object.entries(at)) walk(item, [...keys, key])
    }
  }
  walk(value, [])
  return found.sort((one, other) => rank(one) - rank(other))
}

function rank({ keys }: TextPlace): number {
  return keys[0] === 'config' ? 0 : keys[0] === 'history' ? 1 : 2
}

function describe({ keys, text }: TextPlace): string {
  const [first, second] = keys
  if (first === 'config' && second === 'Env') return `the environment variable ${text.split('=', 1)[0]}`
  if (first === 'config' && second === 'Labels') return `the label ${keys[2]}`
  if (first === 'history') return 'the history'
  return `the configuration (${keys.join('.')})`
}

function roleOf({ needles }: SecretSearch, needle: number): string {
  return needles[needle]?.role ?? 'a secret'
}

function problem(
  { platform, dockerfile }: ImageNames,
  found: string,
  { hint, origin }: { readonly hint?: string; readonly origin?: Origin | undefined } = {},
): ActionError {
  const wanted = formatPlatform(platform)
  return new ActionError('secret-in-image', `Cannot use the image for ${wanted}: ${found}`, {
    ...(hint === undefined ? {} : { hint }),
    platform: wanted,
    ...(origin && dockerfile !== undefined ? { place: { file: dockerfile, line: origin.line } } : {}),
  })
}

function anyProblem(found: string, hint: string): ActionError {
  return new ActionError('secret-in-image', `Cannot use the image: ${found}`, { hint })
}
