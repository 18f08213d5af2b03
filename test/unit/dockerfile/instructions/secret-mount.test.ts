import { describe, expect, test } from 'vitest'
import { parseDockerfile } from '../../../../src/dockerfile/read/parse.ts'

/** The secrets that RUN with these mounts requires. */
function secretsOf(mounts: string) {
  const [stage] = parseDockerfile(`FROM a\nRUN ${mounts} make\n`, 'Dockerfile').stages
  return stage?.instructions.flatMap((one) => (one.kind === 'run' ? one.secrets : []))
}

describe('readSecretMount()', () => {
  test.each([
    { name: 'an id', mount: 'type=secret,id=a', id: 'a', required: false },
    { name: 'uppercase letters', mount: 'TYPE=Secret,ID=A,Required=TRUE', id: 'A', required: true },
    { name: 'required alone', mount: 'type=secret,id=a,required', id: 'a', required: true },
    { name: 'required=1', mount: 'type=secret,id=a,required=1', id: 'a', required: true },
    { name: 'required=false', mount: 'type=secret,id=a,required=false', id: 'a', required: false },
    { name: 'the last value of required', mount: 'type=secret,id=a,required,required=false', id: 'a', required: false },
    { name: 'the end of the target', mount: 'type=secret,target=/root/.npmrc', id: '.npmrc', required: false },
    { name: 'the end of dst with a slash', mount: 'type=secret,dst=/x/y/,required', id: 'y', required: true },
    { name: 'the id before the target', mount: 'type=secret,id=a,destination=/x', id: 'a', required: false },
    { name: 'source as the id', mount: 'type=secret,source=a,target=/x', id: 'a', required: false },
    { name: 'an environment variable', mount: 'type=secret,id=a,env=TOKEN', id: 'a', required: false },
    { name: 'a comma in quotes', mount: '\'type=secret,"id=a,b"\'', id: 'a,b', required: false },
  ])('reads $name', ({ mount, id, required }) => {
    expect(secretsOf(`--mount=${mount}`)).toEqual([{ kind: 'secret', id, required }])
  })

  test.each([
    { name: 'an id', mount: 'type=ssh,id=a,required', id: 'a', required: true },
    { name: 'no id, which is default', mount: 'type=SSH,target=/x', id: 'default', required: false },
  ])('reads the SSH agent mount with $name', ({ mount, id, required }) => {
    expect(secretsOf(`--mount=${mount}`)).toEqual([{ kind: 'ssh', id, required }])
  })

  test.each([
    { name: 'another mount', mount: 'type=cache,id=a,target=/x' },
    { name: 'a mount without type', mount: 'source=a,target=/x' },
    { name: 'a variable in the id', mount: 'type=secret,id=$ID,required' },
    { name: 'a variable in the target that is the id', mount: 'type=secret,target=/x/$ID' },
    { name: 'a variable in required', mount: 'type=secret,id=a,required=$R' },
    { name: 'neither id nor target', mount: 'type=secret,required' },
    { name: 'the root as target', mount: 'type=secret,target=/' },
  ])('leaves $name to BuildKit', ({ mount }) => {
    expect(secretsOf(`--mount=${mount}`)).toEqual([])
  })

  test('reads each mount of a RUN', () => {
    const mounts = '--mount=type=secret,id=a --mount=type=bind,from=b,target=/x --mount=type=secret,id=c,required'
    expect(secretsOf(mounts)).toEqual([
      { kind: 'secret', id: 'a', required: false },
      { kind: 'secret', id: 'c', required: true },
    ])
  })
})
