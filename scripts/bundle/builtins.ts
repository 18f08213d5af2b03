import type { Plugin } from 'rolldown'

/** Matches Node.js modules: src always uses the prefix. */
const builtin = /^node:/

/** Modules that take long to load and that a start may not need: each costs 3 to 20 % of the start of Node.js (measured). */
const slow = ['node:child_process', 'node:crypto', 'node:fs/promises', 'node:timers/promises', 'node:zlib']

type Specifier = {
  readonly type: string
  readonly importKind?: string
  readonly imported?: { readonly name?: string; readonly value?: string }
  readonly local: { readonly name: string }
}

/**
 * Returns a plugin that replaces imports of Node.js modules in src by `process.getBuiltinModule()`. An import statement reads every export of the
 * module, so Node.js loads even its own lazy parts, such as undici for `http.WebSocket`. That takes about 15 ms per start (measured). Slow modules
 * are loaded by the first call of one of their functions.
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
  const isNamed = ({ type }: Specifier) => type === 'ImportSpecifier'
  const isCalled = (one: Specifier) => isNamed(one) && slow.includes(module) && isFunction(module, nameOf(one))
  const destructured = values.filter((one) => isNamed(one) && !isCalled(one))
  const names = destructured.map((one) => `${nameOf(one)}: ${one.local.name}`)
  return [
    ...values.filter((one) => !isNamed(one)).map(({ local }) => `const ${local.name} = ${loaded}\n`),
    ...(names.length === 0 ? [] : [`const { ${names.join(', ')} } = ${loaded}\n`]),
    ...values
      .filter(isCalled)
      .map((one) => `const ${one.local.name} = (...given) => ${loaded}.${nameOf(one)}(...given)\n`),
  ].join('')
}

function nameOf({ imported }: Specifier): string {
  return imported?.name ?? imported?.value ?? ''
}

/** Whether an export is called without `new`: the names of classes begin with a capital. */
function isFunction(module: string, name: string): boolean {
  const exported: unknown = Reflect.get(Object(process.getBuiltinModule(module)), name)
  return typeof exported === 'function' && !/^[A-Z]/.test(name)
}
