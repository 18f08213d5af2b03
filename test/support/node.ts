/** Arguments with which any supported Node runs the project's TypeScript files. */
export const typescriptArguments: readonly string[] = [
  '--import',
  new URL('../../scripts/typescript.mjs', import.meta.url).href,
]
