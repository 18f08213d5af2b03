/** What a request to the test registry is. */
export type RequestKind =
  | 'ping'
  | 'token'
  | 'blob-head'
  | 'blob-get'
  | 'mount'
  | 'upload-start'
  | 'upload-status'
  | 'upload-patch'
  | 'upload-put'
  | 'upload-cancel'
  | 'manifest-head'
  | 'manifest-get'
  | 'manifest-put'
  | 'manifest-delete'
  | 'tags'
  | 'referrers'
  | 'other'

/** How the test registry misbehaves. */
export type FaultAction =
  /** Answers this without executing the request; the request's body is read. */
  | {
      readonly do: 'answer'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | Uint8Array
    }
  /** Resets the connection, when that many bytes of the request's body have come (and, in an upload, were kept). Default 0. */
  | { readonly do: 'reset'; readonly after?: number }
  /** Does what was asked, and resets the connection instead of answering. */
  | { readonly do: 'lose-answer' }
  /** Sends that many bytes of the answer's body and resets the connection. */
  | { readonly do: 'cut'; readonly after: number }
  /** Ends the answer's body properly after that many bytes, without having given its length. */
  | { readonly do: 'truncate'; readonly after: number }
  /** Changes the answer's body, from that byte on. */
  | { readonly do: 'corrupt'; readonly from?: number }
  /** Answers as it should, with other headers; an empty value removes one. */
  | { readonly do: 'headers'; readonly headers: Readonly<Record<string, string>> }
  /** Waits before it answers, in milliseconds. */
  | { readonly do: 'delay'; readonly milliseconds: number }
  /** Never answers. */
  | { readonly do: 'hang' }
  /** Sends the answer's body a few bytes at a time, with so many milliseconds between. Of the fault proxy only. */
  | { readonly do: 'drip'; readonly milliseconds: number }
  /** Answers 401, to this and to every further request with the same `Authorization`. Of the fault proxy only. */
  | { readonly do: 'stale' }
  /** Refuses all connections, from now on and for so many milliseconds. Of the fault proxy only. */
  | { readonly do: 'outage'; readonly milliseconds: number }

export type Fault = {
  readonly on: RequestKind
  /** Only for requests whose path and query contain this. */
  readonly path?: string
  /** Only for requests of the step, or only for those of its engine. Of the fault proxy only. */
  readonly by?: 'step' | 'builder'
  /** Requests to let pass first. */
  readonly skip?: number
  /** Number of requests in a row. Default 1. */
  readonly times?: number
} & FaultAction

export type Faults = {
  readonly add: (fault: Fault) => void
  /** The action for a request, if one is due; the first fault added wins. */
  readonly take: (kind: RequestKind, path: string, by?: Fault['by']) => FaultAction | undefined
}

export function createFaults(): Faults {
  const waiting: { readonly fault: Fault; skip: number; times: number }[] = []
  return {
    add: (fault) => {
      waiting.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 })
    },
    take: (kind, path, by) => {
      for (const entry of waiting) {
        if (entry.fault.on !== kind || entry.times === 0 || !path.includes(entry.fault.path ?? '')) continue
        if (entry.fault.by !== undefined && entry.fault.by !== by) continue
        if (entry.skip > 0) {
          entry.skip--
          continue
        }
        entry.times--
        return entry.fault
      }
      return undefined
    },
  }
}
