import type { Repository } from '../../oci/reference.ts'
import type { Descriptor, Platform } from '../../oci/types.ts'
import type { FindImage } from '../../registry/find-image.ts'
import type { Config } from './image-config.ts'

/** Where the layers of an image are. */
export type Origin =
  | { readonly kind: 'registry'; readonly repository: Repository }
  | { readonly kind: 'layout'; readonly dir: string }

/** An image that a stage begins with or copies from; its layers stay where they are until something needs them. */
export type Base = {
  readonly origin: Origin
  readonly config: Config
  readonly layers: readonly Descriptor[]
}

/** @throws what `find` throws */
export async function findBase(find: FindImage, reference: string, platform: Platform): Promise<Base> {
  const { repository, manifest, config } = await find(reference, platform)
  const bytes = await config()
  return {
    origin: { kind: 'registry', repository },
    config: JSON.parse(bytes.toString('utf8')) as Config,
    layers: manifest.layers,
  }
}
