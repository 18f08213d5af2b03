import { describe, expect, test } from 'vitest'
import { inputsOf } from '../../support/plan.ts'

describe('extra-args', () => {
  test('is split like a shell command, and each value stays with its option', () => {
    const text = `--resource=memory=2g --switch\n# a comment\n--policy="filename=a b.rego",strict=true`
    expect(inputsOf({ 'extra-args': text }).extraArgs).toEqual([
      '--resource=memory=2g',
      '--switch',
      '--policy=filename=a b.rego,strict=true',
    ])
  })

  const input = (option: string, name: string) => [option, `has an input of its own: use ${name}`]
  const cannot = (option: string, reason: string) => [option, `cannot be set: ${reason}`]

  test.each([
    input('--output=type=local,dest=/', 'outputs'),
    input('-otype=local,dest=/', 'outputs'),
    input('--push', 'push'),
    input('--push=false', 'push'),
    input('--load', 'load'),
    input('--tag=a', 'tags'),
    input('-t=a', 'tags'),
    input('--platform=linux/arm64', 'platforms'),
    input('--builder=b', 'builder'),
    input('--secret=id=a,env=B', 'secrets'),
    input('--ssh=default', 'ssh'),
    input('--file=x', 'file'),
    input('-f', 'file'),
    input('--target=x', 'target'),
    input('--build-arg=A=1', 'build-args'),
    input('--build-context=a=b', 'build-contexts'),
    input('--add-host=a:1.1.1.1', 'add-hosts'),
    input('--allow=network.host', 'allow'),
    input('--attest=type=sbom', 'attests'),
    input('--provenance=true', 'provenance'),
    input('--label=a=b', 'labels'),
    input('--annotation=a=b', 'annotations'),
    input('--no-cache', 'no-cache'),
    input('--no-cache-filter=a', 'no-cache-filters'),
    input('--ulimit=nofile=1', 'ulimit'),
    cannot('--metadata-file=m', 'the step reads the file that it names itself'),
    cannot('--iidfile=i', 'the step reads the file that it names itself'),
    cannot('--progress=plain', 'the step reads the progress of the build'),
    cannot('-q', 'the step reads the progress of the build'),
    cannot('--check', 'it builds no image'),
    ['--call=check', 'has an input of its own: use call'],
    cannot('--print=outline', 'it builds no image'),
    cannot('-h', 'it builds no image'),
    cannot('-D', 'it mixes with the progress'),
    ['--', 'expected --option or --option=value, found "--"'],
    input('---output=x', 'outputs'),
    ['--Output=x', 'expected --option or --option=value'],
    ['-x', 'expected --option or --option=value'],
    ['.', 'Write the value of an option after "="'],
    ['--resource memory=2g', 'extra-args, line 1: expected --option or --option=value, found "memory"'],
    ['--a=1\n--b="', 'extra-args, line 2: a quote is not closed'],
    ['--a=1 && rm -r /', 'needs a shell'],
  ])('rejects %j', (text = '', expected) => {
    expect(() => inputsOf({ 'extra-args': text })).toThrow(expected)
  })

  test('does not show values', () => {
    expect(() => inputsOf({ 'extra-args': '--secret=hunter2' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    )
  })
})
