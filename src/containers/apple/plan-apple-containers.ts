import type { PlannedContainers } from '../containers.ts'

/** Apple's program that runs each Linux container in a virtual machine. */
export type AppleContainer = {
  readonly kind: 'apple'
  readonly path: string
  /** `1.2.2` */
  readonly version: string
}

/** Returns the plan to run containers with Apple's `container`. */
export function planAppleContainers(apple: AppleContainer): PlannedContainers<AppleContainer> {
  return {
    name: 'apple',
    title: `Apple container ${apple.version}`,
    native: { os: 'linux', architecture: 'arm64' },
    spec: apple,
  }
}
