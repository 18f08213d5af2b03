/** The actions that this program rewrites, and the one that keeps them in use. */
const kinds = {
  'build-push-action': 'build',
  'metadata-action': 'metadata',
  'login-action': 'login',
  'setup-buildx-action': 'buildx',
  'setup-qemu-action': 'qemu',
  'bake-action': 'bake',
} as const

export type DockerActionKind = (typeof kinds)[keyof typeof kinds]

/** An action of Docker, as `uses` names it. */
export type DockerAction = {
  readonly kind: DockerActionKind
  /** `docker/login-action`. */
  readonly name: string
  /** The text before the name: empty, or the server of the action in Gitea and Forgejo. */
  readonly server: string
}

/** Recognizes an action of Docker in `uses`, with any version, and with the URL of a server as Gitea has it. */
export function readDockerAction(uses: string): DockerAction | undefined {
  const [path = ''] = uses.trim().split('@')
  const parts = path.split('/')
  const [owner = '', name = ''] = parts.slice(-2)
  const before = parts.slice(0, -2).join('/')
  const server = before === '' ? '' : `${before}/`
  const isPlain = owner.toLowerCase() === 'docker' && (server === '' || /^https?:\/\/[^/]+\/$/.test(server))
  const known = isPlain ? name.toLowerCase() : ''
  if (!Object.hasOwn(kinds, known)) return undefined
  return { kind: kinds[known as keyof typeof kinds], name: `docker/${known}`, server }
}

/** Whether `uses` names the action of this project, with any server and version. */
export function isPolyarch(uses: string): boolean {
  return /(?:^|\/)polyarch\/build@/i.test(uses)
}

/** Returns the `uses` of the step that replaces docker/build-push-action. */
export function replacementOf({ server }: DockerAction): string {
  return `${server === '' ? '' : 'https://github.com/'}polyarch/build@v1`
}
