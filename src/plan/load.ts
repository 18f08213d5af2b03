import { ActionError } from '../errors/action-error.ts'
import type { Facts } from '../facts/facts.ts'
import type { Inputs } from '../inputs/inputs.ts'

type LoadInputs = Pick<Inputs, 'load' | 'push' | 'outputs' | 'platforms'>

/** Whether the image is loaded into the store of the daemon or engine: the value of `load`; by default, if it has one platform and no other destination. */
export function wantsLoad(inputs: LoadInputs, store: object | undefined): boolean {
  return inputs.load ?? (store !== undefined && goesNowhere(inputs))
}

/** Whether platforms that are built one after another, with settings of their own, are to be loaded as one image. */
export function loadsJoined({
  load,
  perPlatform,
  platforms,
}: Pick<Inputs, 'load' | 'perPlatform' | 'platforms'>): boolean {
  return load === true && perPlatform.length > 0 && platforms.length > 1
}

/** Returns the notice about a single-platform image without a destination that would be loaded if a daemon were available. */
export function loadNotices(inputs: LoadInputs, docker: Facts['docker']): readonly string[] {
  if (inputs.load !== undefined || docker.kind === 'server' || !goesNowhere(inputs)) return []
  return [
    `The image will not be kept: no Docker daemon answers at ${docker.endpoint.host} to load it into. Set \`outputs\` or \`push: true\`, or set \`load: false\` if it is not needed.`,
  ]
}

/** Returns the error for several platforms and the classic image store, which holds one platform per name. */
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
