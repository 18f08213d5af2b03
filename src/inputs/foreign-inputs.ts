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
  version: { judge: always, instead: 'for that of docker/setup-buildx-action, use `buildx-version`' },
  name: { judge: always, instead: 'for that of docker/setup-buildx-action, use `builder`' },
  cleanup: {
    judge: unlessTrue,
    instead:
      'a builder that this step creates is removed with it. For later steps, create one in an earlier step and set `builder`',
  },
  use: { judge: never, instead: '' },
  install: {
    judge: unlessFalse,
    instead: 'this step does not change `docker build`. Run `docker buildx install` in later steps that need it',
  },
  'cache-binary': {
    judge: ifTrue,
    instead: 'buildx is kept in the tool cache of the runner, not in the cache of GitHub',
  },
  config: { judge: always, instead: 'for that of docker/setup-buildx-action, use `buildkitd-config`' },
  'config-inline': { judge: always, instead: 'for that of docker/setup-buildx-action, use `buildkitd-config-inline`' },
  image: { judge: always, instead: 'for that of docker/setup-qemu-action, use `emulator-image`' },
  reset: {
    judge: unlessFalse,
    instead:
      'existing emulators are left untouched. Remove them in an earlier step: docker run --privileged --rm tonistiigi/binfmt --uninstall "qemu-*"',
  },
  logout: {
    judge: unlessTrue,
    instead: 'for the login of this step in later steps, set `keep-login: true`',
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
