import type { DockerServer } from '../../docker/server.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Inputs } from '../../inputs/inputs.ts'
import { cannotLoadSeveral, loadsJoined } from '../../plan/load.ts'
import { traitsOf } from '../drivers.ts'
import type { PlannedBuilder } from './choose-builder.ts'

/**
 * How the content leaves the builder:
 * - `layout`: one build of all platforms into an OCI layout directory, from which it is verified, pushed, loaded and
 * written
 * - `digest`: the builder pushes all platforms, by digest and untagged
 * - `join`: one platform after another into the engine's store under a name of this run, exported and joined into one
 * layout here
 * - `load`: one build into the engine's store only; the content is not read
 * - `cache`: one build into the builder's cache only; the content is not read
 */
export type Method = { readonly name: 'layout' | 'digest' | 'join' | 'load' | 'cache'; readonly because: string }

type MethodInputs = Pick<
  Inputs,
  'push' | 'load' | 'platforms' | 'perPlatform' | 'outputs' | 'verify' | 'smokeTest' | 'beforeTags' | 'maxSize'
>

/** The condition for each export method, in this order; `load` is the planned value of the input. */
export function chooseMethod(
  inputs: MethodInputs,
  found: { readonly builder: PlannedBuilder; readonly server: DockerServer | undefined; readonly load: boolean },
): Method {
  const { builder, server, load } = found
  const several = inputs.platforms.length > 1
  const written = inputs.outputs.some(({ kind }) => kind !== 'cacheonly')
  const onDocker = traitsOf(builder.driver).runs === 'in-daemon'
  const classic = server?.store === 'classic'

  if (load && server === undefined) {
    throw new ActionError('feature-missing', 'Cannot load the image: no Docker daemon answers here', {
      hint: 'Set `load: false`, or start Docker.',
    })
  }
  if (load && several && classic) throw cannotLoadSeveral(inputs.platforms.length)
  // BuildKit can load only one platform into another daemon, and knows nothing of an image that is joined here.
  const asLayout = (load && several && !onDocker) || loadsJoined(inputs)
  const isRead =
    inputs.verify !== 'off' ||
    inputs.smokeTest !== undefined ||
    inputs.beforeTags !== undefined ||
    inputs.maxSize !== undefined
  if (!inputs.push && !written && !isRead && !asLayout) {
    return load
      ? { name: 'load', because: 'the image is only loaded, and verification is disabled' }
      : { name: 'cache', because: 'the image is only cached, and verification is disabled' }
  }
  if (onDocker && classic) {
    return { name: 'join', because: 'the classic image store builds one platform at a time and exports no layout' }
  }
  if (onDocker) return { name: 'layout', because: 'the containerd image store exports all platforms at once' }
  if (inputs.push && !written) return { name: 'digest', because: `a ${builder.driver} builder pushes by digest itself` }
  return {
    name: 'layout',
    because: inputs.push ? 'the outputs need the content here' : 'the image is verified before it is used',
  }
}
