/** A text that must not be shown: it is always printed as `***`; only `reveal` returns it. */
export type Secret = {
  readonly reveal: () => string
  readonly toString: () => string
  readonly toJSON: () => string
}

/** Wraps `text` so that it cannot appear in a log, an error or a JSON document by accident. */
export function secret(text: string): Secret {
  const hidden = () => '***'
  const value = {
    reveal: () => text,
    toString: hidden,
    toJSON: hidden,
    // Used by console.log and util.inspect of Node.js, at any depth.
    [Symbol.for('nodejs.util.inspect.custom')]: hidden,
  }
  return Object.freeze(value)
}
