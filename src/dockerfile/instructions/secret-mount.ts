import { trimEnd } from '../../text/trim-end.ts'
import type { SecretMount } from '../read/instruction.ts'
import { mountFields } from './mount-fields.ts'

/**
 * Returns the secret or SSH agent that a mount of RUN requests; `fields` are those of `--mount`. The ID of a secret is
 * `id` or `source`, else the last part of the target; that of an agent is `id`, else `default`. Returns undefined for
 * other mounts, and if BuildKit may interpret the text differently, because of a variable or a quote, or reject it.
 * https://docs.docker.com/reference/dockerfile/#run---mounttypesecret, …#run---mounttypessh
 */
export function readSecretMount(fields: readonly string[]): SecretMount | undefined {
  const values = mountFields(fields)
  const kind = values.get('type')?.toLowerCase()
  if (kind !== 'secret' && kind !== 'ssh') return undefined
  const id = values.get('id') || (kind === 'ssh' ? 'default' : otherId(values))
  const required = values.get('required')
  if (id === '' || /[$"'\\]/.test(id) || required?.includes('$')) return undefined
  return { kind, id, required: required !== undefined && isTrue.test(required) }
}

function otherId(values: ReadonlyMap<string, string>): string {
  const target = values.get('target') || values.get('dst') || values.get('destination') || ''
  return values.get('source') || values.get('src') || (trimEnd(target, '/').split('/').at(-1) ?? '')
}

/** Go's true values, and `required` without a value. */
const isTrue = /^(?:|1|t|T|true|True|TRUE)$/
