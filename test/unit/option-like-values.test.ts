import { describe, expect, test } from 'vitest'
import { buildArguments } from '../../src/engine/buildx/args.ts'
import { createArguments } from '../../src/engine/buildx/create-builder.ts'
import { builderAnswers, describeOffer } from '../../src/facts/builder.ts'
import type { ExecResult } from '../../src/host/host.ts'
import { makePlan } from '../../src/plan/make-plan.ts'
import { factsOf, inputsOf } from '../support/plan.ts'

/** Values that would be options if they were separate arguments. */
const hostile = ['--network=host', '--help', '-', '--', '-H', '--output=type=local,dest=/'] as const

/** Options that consume the next argument as their value, whatever it is. */
const takesValue = new Set([
  '--node',
  '--buildkitd-flags',
  ...['--builder', '--progress', '--platform', '--output', '--metadata-file', '--iidfile', '--build-context', '--file'],
  ...['--target', '--build-arg', '--secret', '--ssh', '--label', '--annotation', '--add-host', '--name', '--driver'],
  ...['--allow', '--cgroup-parent', '--network', '--shm-size', '--ulimit', '--no-cache-filter'],
  ...['--driver-opt', '--buildkitd-config', '--format', '--platform'],
])

/** The values that a program would parse as options. */
function parsedAsOptions(args: readonly string[], values: readonly string[]): readonly string[] {
  const end = args.indexOf('--')
  const options = end < 0 || takesValue.has(args[end - 1] ?? '') ? args : args.slice(0, end)
  return options.filter((arg, index) => values.includes(arg) && !takesValue.has(args[index - 1] ?? ''))
}

describe.each(hostile)('the value %s is never an option', (value) => {
  test('of docker-buildx build', () => {
    const inputs = inputsOf({ 'build-args': 'A=1' })
    const { build } = makePlan(inputs, factsOf())
    const spec = {
      ...build,
      context: value,
      contextIsFolder: true,
      file: value,
      target: value,
      buildArgs: { [value]: null },
      labels: { [value]: value },
      annotations: { [value]: value },
      secrets: [{ id: value, source: { kind: 'file', path: value }, line: 1 } as const],
      ...{ addHosts: [value], allow: [value], cgroupParent: value, shmSize: value, ulimit: [value] },
      noCacheFilters: [value],
    }
    const call = {
      ...{ builder: value, platforms: inputs.platforms, outputs: [{ kind: 'store', names: [value] } as const] },
      ...{ metadataFile: '/t/m', imageIdFile: '/t/i', progress: 'rawjson' as const, addHosts: [value] },
    }
    const args = buildArguments(spec, call)
    expect(parsedAsOptions(args, [value])).toEqual([])
    expect(args.at(-1)).toBe(`./${value}`)
    // `--file -` would be standard input.
    expect(args[args.indexOf('--file') + 1]).toBe(`./${value}`)
  })

  test('of docker-buildx create', () => {
    const call = { name: 'b', config: ['--buildkitd-config', value], isFirst: true, boots: true }
    const node = { name: value, endpoint: value, platforms: [], options: [value], flags: value }
    const args = createArguments('remote', node, call)
    expect(args.slice(-2)).toEqual(['--', value])
    expect(parsedAsOptions(args.slice(0, -2), [value])).toEqual([])
  })

  test('of docker-buildx inspect', async () => {
    const calls: (readonly string[])[] = []
    const exec = async (_: string, args: readonly string[]): Promise<ExecResult> => {
      calls.push(args)
      return { ok: false, status: 1, stdout: '', stderr: '' }
    }
    await builderAnswers({ exec }, { buildx: 'x', builder: value, env: {} })
    await describeOffer({ exec }, { buildx: 'x', builder: value, env: {} })
    expect(calls).toHaveLength(2)
    for (const args of calls) expect(args.slice(-2)).toEqual(['--', value])
  })
})
