export type Redactor = {
  /**
   * Hides `secret` from now on.
   *
   * @returns the new values to register with the runner: the whole text and each of its lines
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
 * URL-encoded and as a JSON string. Secrets may be of any size and number: no pattern is made of them, which V8 refuses beyond some
 * 100 kB with an error that quotes it.
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
      // Surrounding white space is not part of the secret, and many other lines begin with it.
      for (const needle of [...values.map((value) => value.trim()), ...formsOf(secret)]) {
        if (needles.add(needle)) longest = Math.max(longest, needle.length)
      }
      return fresh
    },
    redact: (text) => redactAll(text.includes('://') ? text.replaceAll(urlPassword, '$1***@') : text, needles),
    longest: () => longest,
  }
}

/** User and password of a URL of any scheme; hidden without registration. */
const urlPassword = /(?<![a-z0-9+.-])([a-z0-9+.-]{1,64}:\/\/)[^\s/:@"'<>]*:[^\s/"'<>]+@/gi

type Needles = {
  /** @returns whether it is a new one */
  readonly add: (needle: string) => boolean
  /** Characters of the longest needle that stands at `index` of the text; 0 for none. */
  readonly lengthAt: (text: string, index: number) => number
}

function createNeedles(): Needles {
  const known = new Set<string>()
  /** By their first characters, the longest first: of two that begin alike the longer is taken. */
  const byStart = new Map<string, string[]>()
  /** Which pairs of characters begin a needle, some others among them: most of a text is passed over by this alone. */
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

/** Secrets that overlap are hidden together. */
function redactAll(text: string, { lengthAt }: Needles): string {
  let result = ''
  let shown = 0
  let hiddenTo = 0
  // What begins inside of one may go on behind it.
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

/** What is the same in the base64 of every text that has `value` behind `shift` bytes (modulo 3). */
function insideBase64(value: string, shift: number): readonly string[] {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)])
  const whole = bytes.toString('base64')
  // A character is six bits: those that have bits of a neighbor differ.
  const from = Math.ceil((shift * 8) / 6)
  const to = Math.floor((bytes.length * 8) / 6)
  return [whole.slice(from, to)]
}

/**
 * As JavaScript, Go and others encode it in the parts of a URL: they differ in the punctuation that they leave as it is, and in the case
 * of the digits.
 */
function uriForms(value: string): readonly string[] {
  const open = encodeUri(value)
  const strict = open.replaceAll(/[!'()*]/g, percent)
  // https://pkg.go.dev/net/url#UserPassword, and what may stand in a path.
  const user = strict.replaceAll(/%(?:24|26|2B|2C|3B|3D)/g, decodeURIComponent)
  const path = user.replaceAll(/%(?:3A|40)/g, decodeURIComponent)
  return [open, open.replaceAll('%20', '+'), strict, strict.replaceAll('%20', '+'), user, path].flatMap((form) => [
    form,
    form.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  ])
}

/** As JavaScript and Go write it into a JSON document. */
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
