import type { Facts } from '../facts/facts.ts'
import type { Inputs } from '../inputs/inputs.ts'

export type PushDecision = {
  readonly push: boolean
  /** Why `push: auto` resolved to false; a sentence for the log. */
  readonly notPushed: string | undefined
}

/** Resolves `push`; `auto` is true if an image name is set and the event has credentials. */
export function decidePush({ push, images, tags }: Inputs, { event }: Facts): PushDecision {
  if (push !== 'auto') return { push, notPushed: undefined }
  const because =
    images.length === 0 && !tags.some(({ kind, enabled }) => kind === 'reference' && enabled)
      ? 'there is no name to push to'
      : tags.length > 0 && tags.every(({ enabled }) => !enabled)
        ? 'no tag is enabled'
        : event.withoutSecrets
  return { push: because === undefined, notPushed: because }
}
