import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { driverOptions } from '../../../src/engine/driver-options.ts'
import type { Driver } from '../../../src/engine/drivers.ts'
import { writeRecord } from '../../../src/inputs/read/record.ts'
import { createRandom } from '../../support/random.ts'

/** As buildx reads `--driver-opt`: one CSV record, `key=value` in each field. */
function asBuildx(argument: string): readonly string[] {
  const [record = []] = parse(argument) as string[][]
  return record
}

describe('driverOptions()', () => {
  test.each<{ line: string; driver?: Driver; is: readonly string[] }>([
    { line: 'network=host', is: ['network=host'] },
    { line: 'env.no_proxy=a,b', is: ['env.no_proxy=a,b'] },
    { line: 'env.no_proxy=localhost,127.0.0.1,.example.com', is: ['env.no_proxy=localhost,127.0.0.1,.example.com'] },
    { line: 'image=a/b:1,network=host', is: ['image=a/b:1', 'network=host'] },
    { line: 'env.no_proxy=a,b,network=host', is: ['env.no_proxy=a,b', 'network=host'] },
    { line: '"env.no_proxy=a,b"', is: ['env.no_proxy=a,b'] },
    { line: '"env.no_proxy=a,network=b"', is: ['env.no_proxy=a,network=b'] },
    { line: 'env.no_proxy="a,b"', is: ['env.no_proxy=a,b'] },
    { line: 'env.no_proxy="a,network=b",memory=1g', is: ['env.no_proxy=a,network=b', 'memory=1g'] },
    { line: '"image=a/b:1","env.A=x, y"', is: ['image=a/b:1', 'env.A=x, y'] },
    { line: 'env.GREETING=say "hi", you', is: ['env.GREETING=say "hi", you'] },
    { line: '"env.GREETING=say ""hi"""', is: ['env.GREETING=say "hi"'] },
    { line: 'env.SIZE=5" disk', is: ['env.SIZE=5" disk'] },
    { line: 'env.A=', is: ['env.A='] },
    { line: 'env.A=,', is: ['env.A=,'] },
    { line: 'labels=team=a,tier=b', driver: 'kubernetes', is: ['labels=team=a,tier=b'] },
    {
      line: 'namespace=builds,labels=team=a,tier=b,replicas=2',
      driver: 'kubernetes',
      is: ['namespace=builds', 'labels=team=a,tier=b', 'replicas=2'],
    },
    {
      line: 'tolerations=key=x,operator=Equal,value=y,effect=NoSchedule',
      driver: 'kubernetes',
      is: ['tolerations=key=x,operator=Equal,value=y,effect=NoSchedule'],
    },
    {
      line: 'cacert=/a.pem,cert=/b.pem,key=/c.pem',
      driver: 'remote',
      is: ['cacert=/a.pem', 'cert=/b.pem', 'key=/c.pem'],
    },
  ])('reads $line', ({ line, driver = 'docker-container', is }) => {
    expect(driverOptions(driver, [line])).toEqual(is)
  })

  test('keeps lines apart', () => {
    expect(driverOptions('docker-container', ['env.no_proxy=a,b', 'image=c'])).toEqual(['env.no_proxy=a,b', 'image=c'])
  })
})

test('writeRecord() passes any value to buildx in one field', () => {
  const random = createRandom(8)
  const characters = ['a', ',', '"', ' ', '=', "'", '\\', '\n', 'ü', '-']
  for (let round = 0; round < 500; round++) {
    const length = Math.floor(random() * 12)
    const value = Array.from({ length }, () => characters[Math.floor(random() * characters.length)]).join('')
    const option = `env.X=${value}`
    expect(asBuildx(writeRecord([option]))).toEqual([option])
    expect(driverOptions('docker-container', [`"${option.replaceAll('"', '""')}"`])).toEqual([option])
  }
})
