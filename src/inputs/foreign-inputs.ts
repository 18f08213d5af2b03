/** An input of one of the five actions that this step does not have. */
type Foreign = {
  /** Whether ignoring the value changes the result of the step or of later ones, costs time, or neither. */
  readonly judge: (text: string) => 'changes' | 'slower' | 'same'
  /** The replacement. */
  readonly instead: string
}

const always = () => 'changes' as const
const unlessFalse = (text: string) => (/^(?:false|)$/i.test(text) ? 'same' : 'changes')
const unlessTrue = (text: string) => (/^(?:true|)$/i.test(text) ? 'same' : 'changes')
const ifTrue = (text: string) => (/^true$/i.test(text) ? 'slower' : 'same')
const never = () => 'same' as const

const foreign: Readonly<Record<string, Foreign>> = {
  version: { judge: always, instead: 'of docker/setup-buildx-action it is `buildx-version` here' },
  name: { judge: always, instead: 'of docker/setup-buildx-action it is `builder` here' },
  cleanup: {
    judge: unlessTrue,
    instead:
      'a builder that this step makes ends with it. For later steps, make one before it and name it in `builder`',
  },
  use: { judge: never, instead: '' },
  install: {
    judge: unlessFalse,
    instead: 'this step makes no alias of `docker build`: later steps that need it call `docker buildx install`',
  },
  'cache-binary': {
    judge: ifTrue,
    instead: 'buildx is kept in the tool cache of the runner, not in the cache of GitHub',
  },
  config: { judge: always, instead: 'of docker/setup-buildx-action it is `buildkitd-config` here' },
  'config-inline': { judge: always, instead: 'of docker/setup-buildx-action it is `buildkitd-config-inline` here' },
  image: { judge: always, instead: 'of docker/setup-qemu-action it is `emulator-image` here' },
  reset: {
    judge: unlessFalse,
    instead:
      'existing emulators are left untouched. Remove them in a step before this one: docker run --privileged --rm tonistiigi/binfmt --uninstall "qemu-*"',
  },
  'cache-image': {
    judge: ifTrue,
    instead: 'the image of the emulators is pulled only when one is missing, and is not cached',
  },
}

/** Returns the message for an input that one of the five actions has but this step does not; undefined for other names. */
export function judgeForeign(
  name: string,
  text: string,
): { readonly verdict: ReturnType<Foreign['judge']>; readonly message: string } | undefined {
  const known = Object.hasOwn(foreign, name) ? foreign[name] : undefined
  return known && { verdict: known.judge(text.trim()), message: known.instead }
}
