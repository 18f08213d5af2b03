import type { CacheMount } from '../read/instruction.ts'
import { mountFields } from './mount-fields.ts'

/**
 * Returns the cache mount that a `--mount` of RUN declares, with variables not replaced; `fields` are its attributes. Undefined for other
 * mounts, and for one whose content comes from elsewhere (`from`, `source`) or that is read-only.
 * https://docs.docker.com/reference/dockerfile/#run---mounttypecache
 */
export function readCacheMount(fields: readonly string[]): CacheMount | undefined {
  const values = mountFields(fields)
  if (values.get('type')?.toLowerCase() !== 'cache') return undefined
  const isOwn = ['from', 'source', 'src', 'ro', 'readonly'].every((name) => !values.has(name))
  const id = values.get('id') || values.get('target') || values.get('dst') || values.get('destination')
  if (!isOwn || !id) return undefined
  const options = (['sharing', 'uid', 'gid', 'mode'] as const).flatMap((name) => {
    const value = values.get(name)
    return value ? [[name, value] as const] : []
  })
  return { id, isTarget: !values.get('id'), options }
}
