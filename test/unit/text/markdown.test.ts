import { describe, expect, it } from 'vitest'
import { codeBlock, codeCell, codeSpan } from '../../../src/text/markdown.ts'
import { foreignElements, render } from '../../support/rendered.ts'

/** Text that Markdown would render as an element unless it is escaped. */
const texts: readonly string[] = [
  'plain',
  '`',
  '``a` b```',
  '` a `',
  'a\nb',
  'a\n\n# heading\n\n- list\n',
  '\r\n> quote\r',
  '[a](https://evil.example) ![b](https://evil.example/x.png) <https://evil.example>',
  'https://evil.example www.evil.example me@evil.example @someone #123 GH-1 org/repo#1',
  '<script>alert(1)</script><img src=x onerror=alert(1)><!-- <details> </code></pre></details>',
  '&lt;b&gt; &#60;b&#62; \\<b\\>',
  '| a | b |\n| --- | --- |\n| c | d |',
  'a | b \\| c \\\\| d \\\\\\| e \\',
  '`|` \\`| ``|',
  '\\',
  '$a$ ~~x~~ **y** _z_ [^1] [x] :smile:',
  '    indented\n```\nfenced\n~~~',
  '\u0000\u001b[31m\u202e\u2028\u200b',
  'x'.repeat(5000),
]

/** The text that a code element shows. */
function shownIn(html: string): string {
  const [, code = ''] = /<code[^>]*>([\s\S]*?)<\/code>/.exec(html) ?? []
  return code.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}

describe.each(texts.map((text) => ({ text })))('with $text', ({ text }) => {
  it('codeSpan() is exactly one code element', () => {
    const html = render(`before ${codeSpan(text)} after`)
    expect(html).toMatch(/^<p>before (?:<code>[^<]*<\/code>)? ?after<\/p>$/)
    expect(foreignElements(html)).toEqual([])
  })

  it('codeCell() stays in its cell', () => {
    const html = render(`| a | b |\n| --- | --- |\n| ${codeCell(text)} | end |`)
    expect(html.match(/<td>/g)).toHaveLength(2)
    expect(html).toContain('<td>end</td>')
    expect(foreignElements(html)).toEqual([])
  })

  it('codeBlock() is one block', () => {
    const html = render(['before', '', ...codeBlock(text.split('\n')), '', 'after'].join('\n'))
    expect(html).toMatch(/^<p>before<\/p>\n<pre><code class="language-text">[^<]*<\/code><\/pre>\n<p>after<\/p>$/)
    expect(foreignElements(html)).toEqual([])
  })
})

it.each(['a b', '`', '``a` b```', '` a `', '<b> & "c"', 'a\\b\\', '@a #1'])('codeSpan() shows %s unchanged', (text) => {
  expect(shownIn(render(codeSpan(text)))).toBe(text)
})

it.each(['a | b', '`|`', 'a || b', '|'])('codeCell() shows %s unchanged', (text) => {
  expect(shownIn(render(`| a |\n| --- |\n| ${codeCell(text)} |`))).toBe(text)
})
