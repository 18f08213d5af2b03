import type { Plugin } from 'rolldown'

/** Matches Node.js modules: src always uses the prefix. */
const builtin = /^node:/

type Specifier = {
  readonly type: string
  readonly importKind?: string
  readonly imported?: { readonly name?: string; readonly value?: string }
  readonly local: { readonly name: string }
}

/**
 * Returns a plugin that replaces imports of Node.js modules in src by `process.getBuiltinModule()`. An import statement reads every export of the
 * module, so Node.js loads even its own lazy parts, such as undici for `http.WebSocket`. That takes about 15 ms per start (measured).
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
