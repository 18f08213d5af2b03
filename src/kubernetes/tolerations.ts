import { member } from '../bounds/json.ts'

/** What lets a pod run on a node with a taint. */
export type Toleration = {
  readonly key?: string
  /** `Equal` or `Exists`. Default: `Equal`. */
  readonly operator?: string
  readonly value?: string
  /** Default: all effects. */
  readonly effect?: string
  readonly tolerationSeconds?: number
}

/**
 * Returns the tolerations among the options of buildx's driver: `tolerations=key=pool,value=ci;key=spot,operator=Exists`. Fields with other names are left to buildx, which reports them.
 * https://docs.docker.com/build/builders/drivers/kubernetes/
 */
export function tolerationsIn(options: readonly string[]): readonly Toleration[] {
  const given = options.findLast((option) => option.startsWith(prefix))?.slice(prefix.length) ?? ''
  return given
    .split(';')
    .map((text) => Object.fromEntries(text.split(',').flatMap(fieldOf)))
    .filter((toleration) => Object.keys(toleration).length > 0)
}

const prefix = 'tolerations='

function fieldOf(text: string): readonly (readonly [string, string | number])[] {
  const [, key = '', value = ''] = /^(key|operator|value|effect|tolerationSeconds)=(.*)$/s.exec(text.trim()) ?? []
  if (key === 'tolerationSeconds') return /^\d{1,9}$/.test(value) ? [[key, Number(value)]] : []
  return key === '' ? [] : [[key, value]]
}

/** Whether a pod with these tolerations can be scheduled on a node with this taint. https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export function isTolerated(taint: unknown, tolerations: readonly Toleration[]): boolean {
  const effect = member(taint, 'effect')
  if (effect === 'PreferNoSchedule') return true
  const key = member(taint, 'key')
  const value = member(taint, 'value') ?? ''
  return tolerations.some((one) => {
    if (one.effect !== undefined && one.effect !== '' && one.effect !== effect) return false
    const isExists = one.operator === 'Exists'
    if (one.key === undefined || one.key === '') return isExists
    return one.key === key && (isExists || (one.value ?? '') === value)
  })
}
