import type { Duplex, Readable } from 'node:stream'
import type { Place } from '../errors/action-error.ts'

/** Access to the outside: the side effects of all stages go through it. */
export type Host = {
  readonly env: Environment
  /** `process.platform`. */
  readonly os: NodeJS.Platform
  /** The private directory of this step, mode 0700, removed by the clean-up stage. */
  readonly tempDir: string
  /** Aborted when the run is canceled. */
  readonly signal: AbortSignal
  readonly log: Log
  readonly runner: Runner
  readonly exec: Exec
  readonly http: Http
  readonly clock: Clock
}

/** The variables of a process; undefined for a variable that is not set. */
export type Environment = Readonly<Record<string, string | undefined>>

export type Clock = {
  readonly now: () => Date
  /** Resolves after `milliseconds`; rejects immediately if `signal` is aborted. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>
}

export type Log = {
  readonly debug: (message: string) => void
  readonly info: (message: string) => void
  readonly warning: (message: string, annotation?: Annotation) => void
  /** Shows progress at a terminal until the next line; never written to a runner's log. */
  readonly progress: (message: string) => void
  /** A line of long output, such as that of a build step. Terminals do not show it. */
  readonly detail: (message: string) => void
  /** Shows the result of `running` at a terminal, updated until the returned function is called. */
  readonly watch: (running: () => readonly Activity[]) => () => void
  /** Runs `work` with its output folded under `title` in the runner's log. */
  readonly group: <T>(title: string, work: () => Promise<T>) => Promise<T>
}

/** An activity in progress. */
export type Activity = {
  readonly text: string
  /** Milliseconds since the epoch. */
  readonly since: number
}

export type Annotation = { readonly title?: string; readonly place?: Place }

/** The features of the runner: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export type Runner = {
  readonly setOutput: (name: string, value: string) => void
  /** Sets an environment variable for later steps; a no-op if the runner does not support it. */
  readonly exportVariable: (name: string, value: string) => void
  /** Masks `secret` (every line of it) in all later output. */
  readonly mask: (secret: string) => void
  readonly error: (message: string, annotation?: Annotation) => void
  readonly notice: (message: string, annotation?: Annotation) => void
  /** Appends Markdown to the job summary; a no-op if the runner has none. */
  readonly writeSummary: (markdown: string) => void
}

export type ExecOptions = {
  readonly cwd?: string
  /** Overrides the environment of this process, which children inherit without inputs, state and tokens of the job's services. */
  readonly env?: Environment
  /** Written to standard input. Default: empty. */
  readonly input?: string | Readable
  readonly onStdoutLine?: (line: string) => void
  readonly onStderrLine?: (line: string) => void
  /** Consumes standard output as a stream, instead of collecting it in `stdout`. */
  readonly stdout?: (stream: Readable) => Promise<void>
  /** Milliseconds after which the child is stopped. */
  readonly timeout?: number
  /** Milliseconds without output after which the child is stopped, or at most twice as many. */
  readonly silence?: number
  /** Whether processes that the program leaves running are stopped when it exits; otherwise they are awaited while they hold its output open. */
  readonly leavesNoChildren?: boolean
  /** When aborted, the child's process group is stopped and the call rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

export type ExecResult = {
  /** Whether the exit status is 0, regardless of the output. The only criterion of success. */
  readonly ok: boolean
  /** 127 if the command is not on PATH, 126 if it is not executable, 128 + n if it was terminated by signal n. */
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  /** Set if it was stopped because of `timeout` or `silence`, whatever its exit status; the last line of `stderr` then says so. */
  readonly timedOut?: true
}

/** Runs a program without a shell. Does not throw if the program fails; throws `cancelled` when the run is canceled. */
export type Exec = (command: string, args: readonly string[], options?: ExecOptions) => Promise<ExecResult>

export type HttpRequest = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | Readable
  /** Path of a Unix socket (or Windows pipe) to use instead of TCP. */
  readonly socket?: string
  /** Opens the connection, instead of TCP. It is not reused. */
  readonly connect?: () => Duplex
  /** Certificates for an HTTPS URL, instead of those that this machine trusts. The connection is not reused. */
  readonly tls?: TlsIdentity
  readonly signal?: AbortSignal
  /** Milliseconds without a response, or without a byte of it, before the request fails. Default: 60,000. */
  readonly timeout?: number
}

/** The certificates of a TLS connection, in PEM. */
export type TlsIdentity = {
  /** The certificate authorities of the server. Default: Node's. */
  readonly ca: string | undefined
  /** The client certificate with its key, for a server that requests one. */
  readonly own: { readonly cert: string; readonly key: string } | undefined
  /** Whether the server's certificate is verified. */
  readonly verify: boolean
  /** The name that the server's certificate is for. Default: that of the URL. */
  readonly name?: string
}

export type HttpResponse = {
  readonly status: number
  /** Lowercase names; repeated headers are joined with ", ". */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Must be read to its end or destroyed; otherwise the connection is not released. */
  readonly body: Readable
  /** The connection, after status 101: the server switched to the protocol that the request asked for. It ends with the signal of the request. */
  readonly upgraded?: Duplex
}

/**
 * One HTTP exchange. Does not follow redirects and does not check the status; rejects only if there is no response (the cause has Node's
 * `code`: ECONNREFUSED, ENOTFOUND, ECONNRESET, CERT_…).
 */
export type Http = (request: HttpRequest) => Promise<HttpResponse>
