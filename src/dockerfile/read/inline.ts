/** The name of a Dockerfile that the workflow itself holds: messages name it so, and no file has it. */
export const inlineDockerfile = 'dockerfile-inline'
