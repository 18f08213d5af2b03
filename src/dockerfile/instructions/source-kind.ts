/**
 * Returns the type of a source of COPY and ADD: a path of the context, a URL to download, or a Git repository, whose
 * URL ends in `.git` before its query and fragment.
 * https://docs.docker.com/reference/dockerfile/#adding-files-from-a-git-repository
 */
export function sourceKind(source: string): 'path' | 'url' | 'git' {
  const [, scheme = ''] = /^([a-z0-9]+):\/\//i.exec(source) ?? []
  const lower = scheme.toLowerCase()
  if (lower === 'ssh' || lower === 'git') return 'git'
  if (lower === 'http' || lower === 'https') {
    if (URL.canParse(source) && new URL(source).pathname.endsWith('.git')) return 'git'
    return source.startsWith(`${lower}://`) ? 'url' : 'path'
  }
  return /^[\w-]+@[a-zA-Z0-9-.]+:/.test(source) ? 'git' : 'path'
}
