import { ActionError } from '../errors.ts'
import type { GitEvent } from '../facts/event.ts'

/**
 * The event's commit as a Git URL for the builder, `https://<server>/<owner>/<repo>.git#<commit>[:<subdir>]`: what
 * `{{defaultContext}}` means. Throws `context-not-found` outside of a workflow.
 * https://docs.docker.com/build/concepts/context/#git-repositories
 */
export function defaultGitContext(
  { serverUrl, repository, sha }: Pick<GitEvent, 'serverUrl' | 'repository' | 'sha'>,
  subdir?: string,
): string {
  if (repository === '' || sha === '') {
    throw new ActionError('context-not-found', 'Cannot find the commit that {{defaultContext}} means', {
      hint: 'GITHUB_REPOSITORY and GITHUB_SHA say it in a workflow. Elsewhere, give the input context a folder or a Git URL.',
    })
  }
  return `${serverUrl}/${repository}.git#${sha}${subdir === undefined ? '' : `:${subdir}`}`
}
