import { type Pulled, type PulledPlatform, pull } from '../test/e2e/support/pull.ts'

/** Prints the content of `name` in the registry, read back without the code that pushed it. */
export async function showPublished(name: string, tags: readonly string[]): Promise<void> {
  console.log('\nThe registry now has:\n')
  for (const tag of tags) {
    const image = await pull(name, tag)
    console.log(`  ${name}:${tag}  ${image.digest}`)
    if (tag === tags[0]) await showPlatforms(image)
  }
}

async function showPlatforms({ platforms }: Pulled): Promise<void> {
  for (const image of platforms) {
    console.log(`    ${image.platform.padEnd(14)}${image.digest}`)
    console.log(
      `${' '.repeat(18)}${sizeOf(image)} bytes; /hello is ${describe(await image.readFile('hello', 'latin1'))}`,
    )
  }
}

/** Compressed, as they are pulled. */
function sizeOf({ manifest }: PulledPlatform): number {
  const layers = manifest['layers'] as readonly { readonly size: number }[]
  return layers.reduce((sum, { size }) => sum + size, 0)
}

// https://gabi.xinuos.com/elf/a-emachine.html
const machines: Readonly<Record<number, string>> = { 40: 'Arm', 62: 'x86', 183: 'Arm' }

/** The machine in a program's header, which Linux checks, and the greeting in it. Expects one character per byte. */
function describe(program: string | undefined): string {
  if (!program?.startsWith('\x7fELF')) return 'no program'
  const bits = program.charCodeAt(4) === 2 ? 64 : 32
  const machine = program.charCodeAt(18) + 256 * program.charCodeAt(19)
  const [greeting] = /Hello[ -~]+/.exec(program) ?? []
  return `a program for ${bits}-bit ${machines[machine] ?? `machine ${machine}`}, "${greeting}"`
}
