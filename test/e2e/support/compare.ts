import { type Flat, flatten, withoutNow } from '../../support/flatten.ts'
import { pull } from './pull.ts'

export type Compared = { readonly config: unknown; readonly files: Flat; readonly annotations: unknown }

/** The parts of an image that must be equal, by platform: everything except times, and digests that depend on them. */
export async function readImage(name: string): Promise<Readonly<Record<string, Compared>>> {
  const image = await pull(name, '1')
  const entries = image.platforms.map(async (platform) => {
    const { config, history, author, os, architecture, variant } = platform.config as {
      readonly config: unknown
      readonly history?: readonly { readonly created_by?: string; readonly empty_layer?: boolean }[]
      readonly [key: string]: unknown
    }
    const lines = (history ?? []).map(({ created_by, empty_layer }) => [created_by, empty_layer ?? false])
    return [
      platform.platform,
      {
        config: { config, author, os, architecture, variant, history: lines },
        files: withoutNow(await flatten(await platform.layers())),
        annotations: platform.manifest.annotations,
      },
    ] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}
