import type { SecretMount } from './instruction.ts'

/**
 * The secret that a mount of RUN asks for; `fields` are those of `--mount`. Its id is `id` or `source`, else the last part
 * of the target. Undefined for other mounts, and where BuildKit may read something else than what stands there, a variable
 * or a quote, or refuses it.
 * https://docs.docker.com/reference/dockerfile/#run---mounttypesecret
 */
export function readSecretMount(fields: readonly string[]): SecretMount | undefined {
  const values = new Map(fields.map(readField))
  if (values.get('type')?.toLowerCase() !== 'secret') return undefined
  const target = values.get('target') || values.get('dst') || values.get('destination') || ''
  const named = values.get('id') || values.get('source') || values.get('src')
  const id = named || (target.replace(/\/+$/, '').split('/').at(-1) ?? '')
  const required = values.get('required')
  if (id === '' || /[$"'\\]/.test(id) || required?.includes('$')) return undefined
  return { id, required: required !== undefined && isTrue.test(required) }
}

/** As Go reads booleans, and `required` alone. */
const isTrue = /^(?:|1|t|T|true|True|TRUE)$/

function readField(field: string): readonly [string, string] {
  const at = field.indexOf('=')
  return at < 0 ? [field.toLowerCase(), ''] : [field.slice(0, at).toLowerCase(), field.slice(at + 1)]
}
