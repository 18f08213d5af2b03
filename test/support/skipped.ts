/** Begins the line with which a test file says which parts of the rig its skipped tests need; the reporter collects them. */
export const skipPrefix = 'Skipped: the rig has no '
