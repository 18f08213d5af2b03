type Print = (line: string) => void

/**
 * Prints a step's output as a runner shows it: workflow commands become visible lines, and commands for the runner only (masks, debug) are
 * omitted. Accepts the output in pieces.
 */
export function printCommands(print: Print): (text: string) => void {
  let rest = ''
  return (text) => {
    const lines = (rest + text).split(/\r?\n/)
    rest = lines.pop() ?? ''
    for (const line of lines.flatMap(shown)) print(line)
  }
}

function shown(line: string): readonly string[] {
  const [, command, message = ''] =
    /^::([a-z-]+)(?: [^:]*)?::(.*)$/.exec(line) ?? /^##\[(add-mask)\](.*)$/.exec(line) ?? []
  switch (command) {
    case undefined:
      return [line]
    case 'group':
      return [message]
    case 'error':
    case 'warning':
    case 'notice':
      return `${command}: ${unescapeData(message)}`.split('\n')
    default:
      return []
  }
}

function unescapeData(text: string): string {
  return text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%')
}
