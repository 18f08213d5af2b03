import { isObject, JsonError, parseJson } from '../../bounds/json.ts'
import { limits } from '../../bounds/limits.ts'

/** One image of a `manifest.json`, which `docker image save` writes in every version since Docker 1.10. */
export type SavedImage = {
  /** The file of the configuration in the archive. */
  readonly config: string
  /** Its names, such as `alpine:3.20`. */
  readonly names: readonly string[]
  /** The files of its layers, bottom first. */
  readonly layers: readonly string[]
}

/**
 * Parses the images of a `manifest.json`.
 *
 * @throws the error of `fail` for an invalid file
 */
export function parseSavedManifest(bytes: Uint8Array, fail: (found: string) => Error): readonly SavedImage[] {
  const images = parse(bytes, fail)
  if (!Array.isArray(images) || images.length === 0) throw fail('manifest.json lists no image')
  return images.map((image: unknown) => {
    const { Config: config, RepoTags: names, Layers: layers } = isObject(image) ? image : {}
    // Go writes null for an empty list.
    if (typeof config !== 'string' || !isTexts(names) || !isTexts(layers)) {
      throw fail('manifest.json lists an image without "Config", "RepoTags" or "Layers" in the expected form')
    }
    if ((layers ?? []).length > limits.layers) {
      throw fail(`manifest.json lists an image of more than ${limits.layers} layers`)
    }
    return { config, names: names ?? [], layers: layers ?? [] }
  })
}

function parse(bytes: Uint8Array, fail: (found: string) => Error): unknown {
  try {
    return parseJson(new TextDecoder().decode(bytes))
  } catch (error) {
    if (error instanceof JsonError) throw fail(`manifest.json: ${error.message}`)
    throw error
  }
}

function isTexts(value: unknown): value is readonly string[] | null | undefined {
  return (
    value === null || value === undefined || (Array.isArray(value) && value.every((one) => typeof one === 'string'))
  )
}
