import { expect, test } from 'vitest'
import { isTolerated, tolerationsIn } from '../../../src/kubernetes/tolerations.ts'

test('tolerationsIn() reads the option of the driver as buildx does', () => {
  const option = 'tolerations=key=pool,value=ci,effect=NoSchedule;key=spot,operator=Exists,tolerationSeconds=60'
  expect(tolerationsIn(['namespace=a', option])).toEqual([
    { key: 'pool', value: 'ci', effect: 'NoSchedule' },
    { key: 'spot', operator: 'Exists', tolerationSeconds: 60 },
  ])
  expect(tolerationsIn(['namespace=a'])).toEqual([])
  expect(tolerationsIn(['tolerations=;colour=red;key'])).toEqual([])
})

const taint = { key: 'pool', value: 'ci', effect: 'NoSchedule' }
test.each([
  { taint, toleration: { key: 'pool', value: 'ci' }, is: true },
  { taint, toleration: { key: 'pool', value: 'ci', operator: 'Equal', effect: 'NoSchedule' }, is: true },
  { taint, toleration: { key: 'pool', operator: 'Exists' }, is: true },
  { taint, toleration: { operator: 'Exists' }, is: true },
  { taint, toleration: { key: 'pool' }, is: false },
  { taint, toleration: { key: 'pool', value: 'ci', effect: 'NoExecute' }, is: false },
  { taint, toleration: { key: 'other', operator: 'Exists' }, is: false },
  { taint: { key: 'pool', effect: 'NoSchedule' }, toleration: { key: 'pool' }, is: true },
  { taint: { key: 'pool', effect: 'PreferNoSchedule' }, toleration: {}, is: true },
])('isTolerated(): $toleration tolerates $taint: $is', ({ taint, toleration, is }) => {
  expect(isTolerated(taint, [toleration])).toBe(is)
})
