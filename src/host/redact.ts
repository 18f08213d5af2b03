export type Redactor = {
  /**
   * Hides `secret` from now on.
   *
   * @returns the values that a runner should be told, none of which it was told before: the whole and each of its lines
   */
  readonly hide: (secret: string) => readonly string[]
  /** Returns the text with `***` in the place of every secret. */
  readonly redact: (text: string) => string
  /** Characters of the longest text that is hidden. */
  readonly longest: () => number
}

/**
 * Characters that a secret must have to be hidden. Shorter ones are in every log by chance: hiding them would leave nothing readable,
 * and show where they are.
 */
const shortest = 4

/** Characters that an encoded form must have. */
const shortestForm = 8

/**
 * Creates what hides secrets in text: as they are, line by line, in base64 (alone, and inside of a longer text such as `user:password`),
 * URL-encoded and as a JSON string.
 */
export function createRedactor(): Redactor {
  const needles = new Set<string>()
  const told = new Set<string>()
  let longest = 0
  let pattern: RegExp | undefined
  return {
    hide: (secret) => {
      const values = [secret, ...secret.split(/\r\n|[\r\n]/)].filter((value) => value.trim().length >= shortest)
      const fresh = [...new Set(values)].filter((value) => !told.has(value))
      for (const value of fresh) told.add(value)
      for (const needle of [...values, ...values.map((value) => value.trim()), ...formsOf(secret)]) {
        if (needles.has(needle)) continue
        needles.add(needle)
        longest = Math.max(longest, needle.length)
        pattern = undefined
      }
      return fresh
    },
    redact: (text) => {
      if (needles.size === 0) return text
      pattern ??= patternOf(needles)
      return redactAll(text, pattern)
    },
    longest: () => longest,
  }
}

/** Longest first: of two that begin alike the longer is taken. */
function patternOf(needles: ReadonlySet<string>): RegExp {
  const sorted = [...needles].sort((a, b) => b.length - a.length)
  return new RegExp(sorted.map((needle) => needle.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g')
}

/** Secrets that overlap are hidden together. */
function redactAll(text: string, pattern: RegExp): string {
  let result = ''
  let shown = 0
  let hiddenTo = 0
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const end = match.index + match[0].length
    if (match.index >= hiddenTo) {
      result += `${text.slice(shown, match.index)}***`
    }
    hiddenTo = Math.max(hiddenTo, end)
    shown = hiddenTo
    // What begins inside of this one may go on behind it.
    pattern.lastIndex = match.index + 1
  }
  return result + text.slice(shown)
}

function formsOf(secret: string): readonly string[] {
  const value = secret.trim()
  if (value.length < shortest) return []
  const forms = [encodeUri(value), encodeUri(value).replaceAll('%20', '+'), JSON.stringify(value).slice(1, -1)]
  const encoded = [0, 1, 2].flatMap((shift) => insideBase64(value, shift))
  return [
    ...forms.filter((form) => form !== value),
    ...[...encoded, ...encoded.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))].filter(
      (form) => form.length >= shortestForm,
    ),
  ]
}

/** What is the same in the base64 of every text that has `value` behind `shift` bytes (modulo 3). */
function insideBase64(value: string, shift: number): readonly string[] {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)])
  const whole = bytes.toString('base64')
  // A character is six bits: those that have bits of a neighbor differ.
  const from = Math.ceil((shift * 8) / 6)
  const to = Math.floor((bytes.length * 8) / 6)
  return [whole.slice(from, to)]
}

function encodeUri(value: string): string {
  try {
    return encodeURIComponent(value)
  } catch {
    // Half of a surrogate pair.
    return value
  }
}
