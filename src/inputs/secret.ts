/** A text that must not be shown: it is always printed as `***`; only `reveal` returns the text. */
export type Secret = {
  readonly reveal: () => string
  readonly toString: () => string
  readonly toJSON: () => string
}

/** Wraps `text` so that it cannot end up in a log, an error or a JSON document by accident. */
export function secret(text: string): Secret {
  const hidden = () => '***'
  const value = {
    reveal: () => text,
    toString: hidden,
    toJSON: hidden,
    // What console.log and util.inspect of Node ask for, at any depth.
    [Symbol.for('nodejs.util.inspect.custom')]: hidden,
  }
  return Object.freeze(value)
}
