export type Redactor = {
  /**
   * Masks `secret` in later text.
   * | @returns the new values to register with the runner: the whole text and each of its lines
   */
  readonly hide: (secret: string) => readonly string[]
  /** Returns the text with every secret replaced by `***`. */
  readonly redact: (text: string) => string
  /** The length of the longest masked text, in characters. */
  readonly longest: () => number
}

/**
 * The minimum length of a masked secret. Shorter texts occur in every log by chance: masking them would make the log unreadable and show
 * their positions.
 */
const shortest = 4

/** The minimum length of an encoded form. */
const shortestForm = 8

/**
 * Creates a redactor that masks secrets in text: unchanged, line by line, in base64 (alone, or within a longer text such as
 * `user:password`), URL-encoded and as a JSON string. Secrets may be of any size and number: no regular expression is built from them,
 * because V8 rejects one of more than about 100 kB with an error that quotes it.
 */
export function createRedactor(): Redactor {
  const needles = createNeedles()
  const told = new Set<string>()
  let longest = 0
  return {
    hide: (secret) => {
      const values = [secret, ...secret.split(/\r\n|[\r\n]/)].filter((value) => value.trim().length >= shortest)
      const fresh = [...new Set(values)].filter((value) => !told.has(value))
      for (const value of fresh) told.add(value)
      // Surrounding white space is not part of the secret, and is the start of many other lines.
      for (const needle of [...values.map((value) => value.trim()), ...formsOf(secret)]) {
        if (needles.add(needle)) longest = Math.max(longest, needle.length)
      }
      return fresh
    },
    redact: (text) => redactAll(text.includes('://') ? text.replaceAll(urlPassword, '$1***@') : text, needles),
    longest: () => longest,
  }
}

/** The user and password in a URL of any scheme; masked without registration. */
const urlPassword = /(?<![a-z0-9+.-])([a-z0-9+.-]{1,64}:\/\/)[^\s/:@"'<>]*:[^\s/"'<>]+@/gi

type Needles = {
  /** @returns whether it is a new one */
  readonly add: (needle: string) => boolean
  /** Returns the length of the longest needle at `index` of the text; 0 if there is no match. */
  readonly lengthAt: (text: string, index: number) => number
}

function createNeedles(): Needles {
  const known = new Set<string>()
  /** Needles by their first characters, the longest first, because the longest match is used. */
  const byStart = new Map<string, string[]>()
  /** A filter of the character pairs with which needles start, with some false positives: it skips most of a text. */
  const pairs = new Uint8Array(0x1_00_00)
  const pairAt = (text: string, index: number): number =>
    (text.charCodeAt(index) * 257 + text.charCodeAt(index + 1)) & 0xff_ff
  return {
    add: (needle) => {
      if (known.has(needle)) return false
      known.add(needle)
      pairs[pairAt(needle, 0)] = 1
      const start = needle.slice(0, shortest)
      const beside = byStart.get(start) ?? []
      const at = beside.findIndex(({ length }) => length < needle.length)
      beside.splice(at < 0 ? beside.length : at, 0, needle)
      byStart.set(start, beside)
      return true
    },
    lengthAt: (text, index) => {
      if (pairs[pairAt(text, index)] === 0) return 0
      const beside = byStart.get(text.slice(index, index + shortest))
      return beside?.find((needle) => text.startsWith(needle, index))?.length ?? 0
    },
  }
}

/** Overlapping secrets are masked together. */
function redactAll(text: string, { lengthAt }: Needles): string {
  let result = ''
  let shown = 0
  let hiddenTo = 0
  // A match that starts inside of another may extend beyond it.
  for (let index = 0; index <= text.length - shortest; index += 1) {
    const length = lengthAt(text, index)
    if (length === 0) continue
    if (index >= hiddenTo) result += `${text.slice(shown, index)}***`
    hiddenTo = Math.max(hiddenTo, index + length)
    shown = hiddenTo
  }
  return result + text.slice(shown)
}

function formsOf(secret: string): readonly string[] {
  const value = secret.trim()
  if (value.length < shortest) return []
  const forms = [...uriForms(value), ...jsonForms(value)]
  const encoded = [0, 1, 2].flatMap((shift) => insideBase64(value, shift))
  return [
    ...forms.filter((form) => form !== value),
    ...[...encoded, ...encoded.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))].filter(
      (form) => form.length >= shortestForm,
    ),
  ]
}

/** Returns the part that is common to the base64 of every text with `value` after `shift` bytes (modulo 3). */
function insideBase64(value: string, shift: number): readonly string[] {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)])
  const whole = bytes.toString('base64')
  // A character encodes six bits; those that include bits of a neighbor vary.
  const from = Math.ceil((shift * 8) / 6)
  const to = Math.floor((bytes.length * 8) / 6)
  return [whole.slice(from, to)]
}

/**
 * Returns the URL encodings of JavaScript, Go and others: they differ in the punctuation that they keep, and in the case of hexadecimal
 * digits.
 */
function uriForms(value: string): readonly string[] {
  const open = encodeUri(value)
  const strict = open.replaceAll(/[!'()*]/g, percent)
  // https://pkg.go.dev/net/url#UserPassword, and the characters allowed in a path.
  const user = strict.replaceAll(/%(?:24|26|2B|2C|3B|3D)/g, decodeURIComponent)
  const path = user.replaceAll(/%(?:3A|40)/g, decodeURIComponent)
  return [open, open.replaceAll('%20', '+'), strict, strict.replaceAll('%20', '+'), user, path].flatMap((form) => [
    form,
    form.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  ])
}

/** Returns the JSON encodings of JavaScript and Go. */
function jsonForms(value: string): readonly string[] {
  const form = JSON.stringify(value).slice(1, -1)
  return [form, form.replaceAll(/[<>&]/g, (character) => `\\u00${hexOf(character)}`)]
}

function percent(character: string): string {
  return `%${hexOf(character).toUpperCase()}`
}

function hexOf(character: string): string {
  return character.charCodeAt(0).toString(16)
}

function encodeUri(value: string): string {
  try {
    return encodeURIComponent(value)
  } catch {
    // Half of a surrogate pair.
    return value
  }
}
