import type { Duplex, Readable } from 'node:stream'
import type { Place } from '../errors/action-error.ts'

/** The one door to the outside: everything with a side effect that a stage does, it does through this. */
export type Host = {
  readonly env: Environment
  /** `process.platform`. */
  readonly os: NodeJS.Platform
  /** A folder of this step alone, mode 0700, removed by the clean up stage. */
  readonly tempDir: string
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal
  readonly log: Log
  readonly runner: Runner
  readonly exec: Exec
  readonly http: Http
  readonly clock: Clock
}

/** Variables of a process; undefined for one that is not set. */
export type Environment = Readonly<Record<string, string | undefined>>

export type Clock = {
  readonly now: () => Date
  /** Resolves after `milliseconds`; rejects at once when `signal` is aborted. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>
}

export type Log = {
  readonly debug: (message: string) => void
  readonly info: (message: string) => void
  readonly warning: (message: string, annotation?: Annotation) => void
  /** How far something is: shown to a person at a terminal until the next line, and never written to a runner's log. */
  readonly progress: (message: string) => void
  /** A line of long output, such as that of a build step. A display for people at a terminal leaves it out. */
  readonly detail: (message: string) => void
  /** Shows what `running` returns to a person at a terminal, kept up to date until the returned function is called. */
  readonly watch: (running: () => readonly Activity[]) => () => void
  /** Runs `work` with its output folded under `title` in the runner's log. */
  readonly group: <T>(title: string, work: () => Promise<T>) => Promise<T>
}

/** Work that is going on. */
export type Activity = {
  readonly text: string
  /** Milliseconds since the epoch. */
  readonly since: number
}

export type Annotation = { readonly title?: string; readonly place?: Place }

/** What the runner offers a step: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export type Runner = {
  readonly setOutput: (name: string, value: string) => void
  /** Sets a variable of the environment of later steps; does nothing where the runner cannot. */
  readonly exportVariable: (name: string, value: string) => void
  /** Hides `secret` (every line of it) in the log from now on. */
  readonly mask: (secret: string) => void
  readonly error: (message: string, annotation?: Annotation) => void
  readonly notice: (message: string, annotation?: Annotation) => void
  /** Appends Markdown to the job's summary; does nothing where the runner has none. */
  readonly writeSummary: (markdown: string) => void
}

export type ExecOptions = {
  readonly cwd?: string
  /** Laid over the environment of this process, which children get without inputs, state and tokens of the job's services. */
  readonly env?: Environment
  /** Written to standard input, which is empty otherwise. */
  readonly input?: string | Readable
  readonly onStdoutLine?: (line: string) => void
  readonly onStderrLine?: (line: string) => void
  /** Takes standard output as it comes instead of gathering it in `stdout`. */
  readonly stdout?: (stream: Readable) => Promise<void>
  /** Milliseconds after which the child is ended. */
  readonly timeout?: number
  /** Milliseconds without a byte from the child after which it is ended, or twice as many: for what may well take long. */
  readonly silence?: number
  /** Children that the program leaves behind are ended with it; else they are waited for, as long as they hold its output open. */
  readonly leavesNoChildren?: boolean
  /** When aborted, the child's process group is ended and the call rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

export type ExecResult = {
  /** The one judgement of success in this program: the exit status is 0, whatever was printed. */
  readonly ok: boolean
  /** 127 when the command is not on PATH, 126 when it may not be run, 128 + n when signal n ended it. */
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  /** It was ended because of `timeout` or `silence`; the last line of `stderr` says so then. */
  readonly timedOut?: true
}

/** Runs a program without a shell. Never throws for what the program does; throws `cancelled` when the run is cancelled. */
export type Exec = (command: string, args: readonly string[], options?: ExecOptions) => Promise<ExecResult>

export type HttpRequest = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | Readable
  /** Path of a unix socket (or Windows pipe) to speak through instead of TCP. */
  readonly socket?: string
  /** Makes the connection, in place of TCP. It is not kept for the next request. */
  readonly connect?: () => Duplex
  /** Certificates for an https URL, in place of those that this machine trusts. The connection is not kept for the next request. */
  readonly tls?: TlsIdentity
  readonly signal?: AbortSignal
  /** Milliseconds without an answer, or without a byte of it, before the request fails. Default 60 000. */
  readonly timeout?: number
}

/** What the two sides of a TLS connection show and accept, in PEM. */
export type TlsIdentity = {
  /** Authorities of the server; undefined: Node's own. */
  readonly ca: string | undefined
  /** The client's own certificate with its key, for a server that asks for one. */
  readonly own: { readonly cert: string; readonly key: string } | undefined
  /** Whether the server's certificate is checked. */
  readonly verify: boolean
  /** The name that the server's certificate is for. Default: that of the URL. */
  readonly name?: string
}

export type HttpResponse = {
  readonly status: number
  /** Lower-case names; repeated headers are joined with ", ". */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Must be read to its end or destroyed, or the connection stays taken. */
  readonly body: Readable
  /** The connection, after status 101: the server switched to the protocol that the request asked for. It ends with the signal of the request. */
  readonly upgraded?: Duplex
}

/**
 * One HTTP exchange. Follows no redirect and judges no status; rejects only when there was no answer
 * (the cause keeps Node's `code`: ECONNREFUSED, ENOTFOUND, ECONNRESET, CERT_…).
 */
export type Http = (request: HttpRequest) => Promise<HttpResponse>
