// Customization hooks of typescript.mjs, https://nodejs.org/docs/latest-v20.x/api/module.html#hooks
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import typescript from 'typescript'

/** Returns a TypeScript file of this project as JavaScript. Types are removed, not checked: `npm run types` checks them. */
export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !new URL(url).pathname.endsWith('.ts')) return nextLoad(url, context)
  const { module, target } = { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ES2023 }
  const { outputText } = typescript.transpileModule(await readFile(fileURLToPath(url), 'utf8'), {
    compilerOptions: { module, target, verbatimModuleSyntax: true, inlineSourceMap: true },
  })
  return { format: 'module', source: outputText, shortCircuit: true }
}
