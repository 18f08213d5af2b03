import type { CopyPatterns } from '../../src/engine/embedded/layer/copy.ts'

/** Plain matching for tests of its users: `*`, `?`, `[…]`, `**` and, in rules, `!`. */
export const patterns: CopyPatterns = {
  glob: (pattern) => {
    const expression = toRegExp(pattern)
    return (path) => expression.test(path)
  },
  rules: (rules) => (path) => {
    const parts = path.split('/')
    const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
    return rules.reduce((matched, rule) => {
      const exception = rule.startsWith('!')
      const expression = toRegExp(exception ? rule.slice(1) : rule)
      return paths.some((above) => expression.test(above)) ? !exception : matched
    }, false)
  },
}

function toRegExp(pattern: string): RegExp {
  const text = pattern.replace(/\*\*\/|\*\*|\\.|\[[^\]]*\]|[\s\S]/g, (token) => {
    if (token === '**/') return '(?:.*/)?'
    if (token === '**') return '.*'
    if (token === '*') return '[^/]*'
    if (token === '?') return '[^/]'
    if (token.length > 1) return token
    return token.replace(/[.+^${}()|\\]/g, '\\$&')
  })
  return new RegExp(`^${text}$`, 's')
}
