/** Whether a Git tag is a version without pre-release and build (`v1.2.3`, `1.2`), which also gets `latest`. */
export function isRelease(tag: string): boolean {
  return /^v?\d+(?:\.\d+){0,3}$/.test(tag)
}
