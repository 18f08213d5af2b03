/** Whether a frontend is `docker/dockerfile`, of any version: its language is what this folder reads. */
export function isDockersFrontend(syntax: string): boolean {
  return /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@].*)?$/.test(syntax)
}
