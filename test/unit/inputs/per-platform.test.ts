import { expect, test } from 'vitest'
import { loadPlacedYaml } from '../../../src/bounds/yaml.ts'
import { readPerPlatform } from '../../../src/inputs/per-platform.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'

const parsePlacedYaml = await loadPlacedYaml()
const platforms = ['amd64', 'arm64', 'arm/v7'].map(parsePlatform)

function read(text: string) {
  const problems: string[] = []
  const report = (message: string, line?: number) => void problems.push(`${line}: ${message}`)
  return { settings: readPerPlatform(text, { parsePlacedYaml, platforms, report }), problems }
}

test('reads file, target and build arguments of a platform', () => {
  const text = [
    'arm64:',
    '  file: Dockerfile.arm',
    '  target: slim',
    'linux/arm/v7:',
    '  build-args:',
    '    GOARM: 7',
    '    FAST: true',
    '    NAME: a=b',
  ]
  expect(read(text.join('\n'))).toEqual({
    problems: [],
    settings: [
      { platform: parsePlatform('arm64'), file: 'Dockerfile.arm', target: 'slim', buildArgs: {} },
      {
        platform: parsePlatform('arm/v7'),
        file: undefined,
        target: undefined,
        buildArgs: { GOARM: '7', FAST: 'true', NAME: 'a=b' },
      },
    ],
  })
})

test.each([
  ['- a', 'undefined: expected a YAML mapping from platforms to file, target or build-args'],
  ['arm65: {}', '1: "arm65": "arm65" is not a platform'],
  ['amd64: {}\ns390x: {}', '2: "s390x" is not in platforms (linux/amd64, linux/arm64, linux/arm/v7)'],
  ['arm64: slim', '1: "arm64": expected a mapping with file, target, build-args'],
  ['arm64:\n  file: a\n  tarrget: b', '3: "arm64": unknown key "tarrget"; expected file, target, build-args'],
  ['arm64:\n  target: [a]', '2: "arm64": target: expected text'],
  ['arm64:\n  file: "-"', '2: "arm64": file: expected a path'],
  ['arm64:\n  build-args: A=b', '2: "arm64": build-args: expected a mapping from names to values'],
  ['arm64:\n  build-args:\n    A: [x]', '3: "arm64": build-args: "A" has no text, number or boolean as its value'],
  ['arm64:\n  build-args:\n    "A B": x', '3: "arm64": build-args: "A B" is not a name'],
  ['arm64: {target: a}\nlinux/arm64: {target: b}', 'has linux/arm64 twice, under different names'],
])('rejects %j with its line', (text, problem) => {
  expect(read(text).problems.join('\n')).toContain(problem)
})
