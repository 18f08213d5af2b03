import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'

/** Markdown as GitHub renders it, before it takes out the elements it does not allow. */
export function render(markdown: string): string {
  return micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true })
}

/** Elements of the rendered text that a summary never contains, and text outside of code that GitHub would link. */
export function foreignElements(html: string): readonly string[] {
  const own = /^\/?(?:h3|h4|p|code|pre|table|thead|tbody|tr|th|td|ul|li|br|details|summary)$/
  const names = [...html.matchAll(/<([^\s>]+)[^>]*>/g)].map(([, name = '']) => name)
  const text = html.replaceAll(/<(code|pre)\b[^>]*>[\s\S]*?<\/\1>/g, '').replaceAll(/<[^>]*>/g, ' ')
  const linked = text.match(/@[a-z]\w*|#\d+|\bhttps?:\/\/\S+|\bwww\.\S+|\bGH-\d+/gi) ?? []
  return [...names.filter((name) => !own.test(name)), ...linked]
}
