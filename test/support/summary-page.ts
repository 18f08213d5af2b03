import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { render } from './rendered.ts'

const root = join(import.meta.dirname, '../..')

/** The findings of a browser on the page of a summary. */
export type SeenSummary = {
  /** Pixels of the whole page. */
  readonly height: number
  /** Bars of the diagrams. */
  readonly bars: number
  /** The names beside and in the bars, and those of the sections. */
  readonly labels: readonly string[]
  /** Why diagrams could not be drawn. */
  readonly broken: readonly string[]
  /** Elements that are wider than the page, and texts of a diagram outside of it. */
  readonly overflowing: readonly string[]
  /** Rows of tables that are invisible. */
  readonly hiddenRows: number
  /** Elements of the summary that load, link or execute something. */
  readonly foreign: readonly string[]
}

/** A page that shows the summary as GitHub does, with its style sheet and the diagrams drawn by Mermaid; it writes its findings into itself. */
export function summaryPage(markdown: string): string {
  const css = readFileSync(join(root, 'node_modules/github-markdown-css/github-markdown-light.css'), 'utf8')
  const mermaid = createRequire(import.meta.url).resolve('@mermaid-js/tiny')
  const html = render(markdown).replaceAll(
    /<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g,
    '<pre class="mermaid">$1</pre>',
  )
  return `<!doctype html><meta charset="utf-8"><style>${css}
body { margin: 0; background: #fff } .markdown-body { box-sizing: border-box; max-width: 980px; padding: 24px 32px }
.markdown-body pre.mermaid { padding: 0; background: none; overflow: visible }
</style>
<article class="markdown-body">${html}</article>
<script src="${pathToFileURL(mermaid)}"></script><script>(${look})()</script>`
}

/** The findings that the page wrote. */
export function seenOn(dom: string): SeenSummary {
  const [, text = ''] = /<output id="seen"[^>]*>([\s\S]*?)<\/output>/.exec(dom) ?? []
  return JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as SeenSummary
}

/** Runs in the page. */
const look = `async () => {
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' })
  const failed = await mermaid.run().then(() => [], (error) => [String(error?.message ?? error)])
  const all = (selector) => [...document.querySelectorAll('.markdown-body ' + selector)]
  const isShown = (element) => element.closest('details:not([open])') === null
  const outside = all('svg').flatMap((svg) => {
    const box = svg.getBoundingClientRect()
    return [...svg.querySelectorAll('text')].filter((text) => {
      const { left, right, width } = text.getBoundingClientRect()
      return width > 0 && (left < box.left - 1 || right > box.right + 1)
    })
  })
  const wide = [document.documentElement, ...all('*')].filter(
    (element) => isShown(element) && !element.closest('svg') && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1,
  )
  const seen = {
    height: document.documentElement.getBoundingClientRect().height,
    bars: all('svg rect.task').length,
    labels: all('svg text').map((text) => text.textContent.trim()).filter((text) => text !== ''),
    broken: [...failed, ...all('.error-icon, .error-text').map(({ textContent }) => textContent)],
    overflowing: [...wide, ...outside].map((element) => element.tagName + ' ' + element.textContent.slice(0, 80)),
    hiddenRows: all('tr').filter((row) => isShown(row) && row.getBoundingClientRect().height === 0).length,
    foreign: [...all('script, img, iframe, a, object, embed, form, link, foreignObject a'), ...(window.reached ? [document.body] : [])].map(({ outerHTML }) => outerHTML.slice(0, 100)),
  }
  const output = document.createElement('output')
  output.id = 'seen'
  output.hidden = true
  output.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(seen))))
  document.body.append(output)
}`
