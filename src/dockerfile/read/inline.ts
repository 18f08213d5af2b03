/** The name of a Dockerfile from the workflow in messages; no file has this name. */
export const inlineDockerfile = 'dockerfile-inline'
