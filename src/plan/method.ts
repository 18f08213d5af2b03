import { ActionError } from '../errors.ts'
import type { DockerServer } from '../facts/facts.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { PlannedBuilder } from './builder.ts'
import { cannotLoadSeveral } from './load.ts'

/**
 * How the content leaves the builder:
 * - `layout`: one build of all platforms into an OCI layout folder, which the publish stage pushes
 * - `digest`: the builder pushes all platforms itself, by digest and without a tag
 * - `join`: platform after platform into the engine's store, saved and joined to one layout here
 * - `load`: one build into the engine's store and nowhere else
 */
export type Method = { readonly name: 'layout' | 'digest' | 'join' | 'load'; readonly because: string }

/** The least that must be true for each way, in this order; `load` is what the plan made of the input. */
export function chooseMethod(
  inputs: Pick<Inputs, 'push' | 'platforms' | 'outputs'>,
  found: { readonly builder: PlannedBuilder; readonly server: DockerServer | undefined; readonly load: boolean },
): Method {
  const { builder, server, load } = found
  const several = inputs.platforms.length > 1
  const written = inputs.outputs.some(({ kind }) => kind !== 'cacheonly')
  const onDocker = builder.driver === 'docker'
  const classic = server?.store === 'classic'

  if (load && server === undefined) {
    throw new ActionError('feature-missing', 'Cannot load the image: no Docker daemon answers here', {
      hint: 'Set `load: false`, or start Docker.',
    })
  }
  if (load && several && !(onDocker && !classic)) throw cannotLoadSeveral(inputs.platforms.length)
  if (load && !inputs.push && !written) return { name: 'load', because: 'the image is loaded and not pushed' }
  if (onDocker && classic) {
    return { name: 'join', because: 'the classic image store builds one platform at a time and pushes none by digest' }
  }
  if (onDocker) return { name: 'layout', because: 'the containerd image store exports all platforms at once' }
  if (inputs.push && !written) return { name: 'digest', because: `a ${builder.driver} builder pushes by digest itself` }
  return { name: 'layout', because: inputs.push ? 'the outputs need the content here' : 'the image is not pushed' }
}
