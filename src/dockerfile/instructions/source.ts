import { ActionError } from '../../errors/action-error.ts'
import { formatReference, parseReference } from '../../oci/reference.ts'
import { quoteFound, textError } from '../problem.ts'

/** The source of files: nothing, a stage by its index, a build context by its name, or an image. */
export type StageSource =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'stage'; readonly index: number }
  | { readonly kind: 'context'; readonly name: string }
  | { readonly kind: 'image'; readonly reference: string }

/**
 * Resolves a name that does not belong to a stage; `contexts` are the names of `build-contexts`, as `contextName` returns them.
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function readSource(name: string, contexts: ReadonlySet<string>): StageSource {
  if (name === 'scratch') return { kind: 'scratch' }
  try {
    const reference = parseReference(name)
    const familiar = contextName(name)
    if (isContext(familiar, contexts)) return { kind: 'context', name: familiar }
    const tag = reference.tag === undefined && reference.digest === undefined ? { tag: 'latest' } : {}
    return { kind: 'image', reference: formatReference({ ...reference, ...tag }) }
  } catch (thrown) {
    if (!(thrown instanceof ActionError)) throw thrown
    throw textError(`failed to parse stage name ${quoteFound(name)}: ${thrown.message}`)
  }
}

/**
 * Normalizes the name of a context, or of an image that a context may replace: `docker.io/library/alpine:latest`
 * becomes `alpine`.
 */
export function contextName(name: string): string {
  try {
    const full = formatReference(parseReference(name))
    return full.replace(/^docker\.io\/(?:library\/(?=[^/]*$))?/, '').replace(/:latest$/, '')
  } catch {
    return name
  }
}

/** Whether a context replaces the image of that name; "scratch" and "context" cannot be replaced. */
export function isContext(name: string, contexts: ReadonlySet<string>): boolean {
  return !/^(?:scratch|context)$/i.test(name) && contexts.has(contextName(name))
}
