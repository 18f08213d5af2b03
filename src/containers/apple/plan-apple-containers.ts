import type { AppleContainer } from '../../facts/facts.ts'
import type { PlannedContainers } from '../containers.ts'

/** Returns the plan to run containers with Apple's `container`. */
export function planAppleContainers(apple: AppleContainer): PlannedContainers<AppleContainer> {
  return {
    name: 'apple',
    title: `Apple container ${apple.version}`,
    native: { os: 'linux', architecture: 'arm64' },
    spec: apple,
  }
}
