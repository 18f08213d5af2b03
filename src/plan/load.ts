import { ActionError } from '../errors/action-error.ts'
import type { Facts } from '../facts/facts.ts'
import type { Inputs } from '../inputs/inputs.ts'

type LoadInputs = Pick<Inputs, 'load' | 'push' | 'outputs' | 'platforms'>

/** Whether the image goes into the store of the daemon or engine: as `load` says, else when it is one platform's and would go nowhere. */
export function wantsLoad(inputs: LoadInputs, store: object | undefined): boolean {
  return inputs.load ?? (store !== undefined && goesNowhere(inputs))
}

/**
 * The notice about an image for one platform without a destination: it would be loaded,
 * but no daemon is available.
 */
export function loadNotices(inputs: LoadInputs, docker: Facts['docker']): readonly string[] {
  if (inputs.load !== undefined || docker.kind === 'server' || !goesNowhere(inputs)) return []
  return [
    `The image is built and kept nowhere: no Docker daemon answers at ${docker.endpoint.host} to load it into. Write it to a file with outputs, set push: true, or say load: false if that is meant.`,
  ]
}

/** For the classic image store, which holds one platform under a name. */
export function cannotLoadSeveral(platforms: number): ActionError {
  return new ActionError(
    'feature-missing',
    `Cannot load ${platforms} platforms into Docker: its classic image store keeps one platform per name`,
    {
      hint: 'Set `load: false`, build one platform, or turn on the containerd image store: https://docs.docker.com/engine/storage/containerd/',
    },
  )
}

function goesNowhere({ push, outputs, platforms }: LoadInputs): boolean {
  return !push && outputs.length === 0 && platforms.length === 1
}
