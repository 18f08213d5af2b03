import type { Inputs } from '../inputs/inputs.ts'

/**
 * Returns the warning of an engine that pulls base images without the input `mirrors`; empty if that is not set. `how` says who pulls them, and what to do.
 */
export function unusedMirrors(
  { mirrors, mode, call }: Pick<Inputs, 'mirrors' | 'mode' | 'call'>,
  how: string,
): readonly string[] {
  if (mirrors.length === 0 || mode !== 'build' || call !== 'build') return []
  return [`\`mirrors\` is not used for base images: ${how}`]
}
