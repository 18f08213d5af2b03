import type { Plugin } from 'rolldown'

/** A module of Node.js, named with its prefix as everywhere in src. */
const builtin = /^node:/

type Specifier = {
  readonly type: string
  readonly importKind?: string
  readonly imported?: { readonly name?: string; readonly value?: string }
  readonly local: { readonly name: string }
}

/**
 * Replaces the imports of Node.js's modules by `process.getBuiltinModule()`. An import statement reads every export of such a
 * module, and with that loads what Node.js itself loads on demand, such as undici for `http.WebSocket`: 20 ms of each start.
 */
export function builtinsOnDemand(): Plugin {
  return {
    name: 'builtins-on-demand',
    transform: {
      filter: { id: /[\\/]src[\\/].*\.ts$/, code: /from 'node:/ },
      handler(code) {
        const { body } = this.parse(code, { lang: 'ts', astType: 'ts' })
        return body
          .filter(
            (node) =>
              node.type === 'ImportDeclaration' && node.importKind !== 'type' && builtin.test(node.source.value),
          )
          .reduceRight((text, node) => {
            if (node.type !== 'ImportDeclaration') return text
            return text.slice(0, node.start) + declaration(node.source.value, node.specifiers) + text.slice(node.end)
          }, code)
      },
    },
  }
}

function declaration(module: string, specifiers: readonly Specifier[]): string {
  const values = specifiers.filter(({ importKind }) => importKind !== 'type')
  const loaded = `/* @__PURE__ */ process.getBuiltinModule('${module}')`
  return values
    .filter(({ type }) => type !== 'ImportSpecifier')
    .map(({ local }) => `const ${local.name} = ${loaded}\n`)
    .concat(named(values, loaded))
    .join('')
}

function named(specifiers: readonly Specifier[], loaded: string): readonly string[] {
  const names = specifiers
    .filter(({ type }) => type === 'ImportSpecifier')
    .map(({ imported, local }) => `${imported?.name ?? imported?.value}: ${local.name}`)
  return names.length === 0 ? [] : [`const { ${names.join(', ')} } = ${loaded}\n`]
}
