/** Returns the values of the attributes of a `--mount`, by their lowercased names; "" for one without a value. */
export function mountFields(fields: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    fields.map((field) => {
      const at = field.indexOf('=')
      return at < 0 ? [field.toLowerCase(), ''] : [field.slice(0, at).toLowerCase(), field.slice(at + 1)]
    }),
  )
}
