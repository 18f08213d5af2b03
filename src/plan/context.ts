import { ActionError } from '../errors/action-error.ts'
import type { GitEvent } from '../facts/event.ts'
import type { ContextInput, NamedContext } from '../inputs/inputs.ts'

type DefaultGit = Extract<ContextInput, { readonly kind: 'default-git' }>

/** A named context with `{{defaultContext}}` replaced. */
export type PlannedContext = { readonly name: string; readonly source: Planned<NamedContext['source']> }

type Planned<T> = Exclude<T, DefaultGit>

type Event = Pick<GitEvent, 'serverUrl' | 'repository' | 'sha'>

/** Returns the same source with `{{defaultContext}}` replaced by its URL. Throws `context-not-found` outside of a workflow. */
export function withDefaultGit(source: ContextInput, event: Event): Planned<ContextInput>
export function withDefaultGit(source: NamedContext['source'], event: Event): PlannedContext['source']
export function withDefaultGit(source: NamedContext['source'], event: Event): PlannedContext['source'] {
  return source.kind === 'default-git' ? { kind: 'git', url: defaultGitContext(event, source.subdir) } : source
}

/**
 * Returns the event's commit as a Git URL for the builder, `https://<server>/<owner>/<repo>.git#<commit>[:<subdir>]`: the value of
 * `{{defaultContext}}`. Throws `context-not-found` outside of a workflow.
 * https://docs.docker.com/build/concepts/context/#git-repositories
 */
export function defaultGitContext({ serverUrl, repository, sha }: Event, subdir?: string): string {
  if (repository === '' || sha === '') {
    throw new ActionError('context-not-found', 'Cannot find the commit that {{defaultContext}} means', {
      hint: 'A workflow sets GITHUB_REPOSITORY and GITHUB_SHA. Outside of a workflow, set `context` to a directory or a Git URL.',
    })
  }
  return `${serverUrl}/${repository}.git#${sha}${subdir === undefined ? '' : `:${subdir}`}`
}
