/** How to add the ranges of IDs that rootless Podman requires. */
export const rangesHint =
  'Install `newuidmap` (package `uidmap`) and add ranges for the user to /etc/subuid and /etc/subgid: `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER`, then run `podman system migrate`.'

/** How to start the virtual machine or the service that a client of Podman did not reach. */
export const machineHint =
  'Start the virtual machine with `podman machine start`. For another host, check the connection with `podman system connection list` and CONTAINER_HOST.'

/** The programs and files that rootless Podman requires, in its errors. */
export const needsRanges =
  /newuidmap|newgidmap|no subuid ranges found|insufficient UIDs or GIDs|setting supplemental groups list/i

/** The messages of a client whose machine or service does not respond. */
export const machineGone = /Cannot connect to Podman|unable to connect to Podman socket|server probably quit/i

/** Returns the code of the error and how to fix a Podman that does not start; undefined if its message is not known. */
export function startProblem(
  message: string,
): { readonly code: 'feature-missing' | 'daemon-unreachable'; readonly hint: string } | undefined {
  if (needsRanges.test(message)) return { code: 'feature-missing', hint: rangesHint }
  return machineGone.test(message) ? { code: 'daemon-unreachable', hint: machineHint } : undefined
}
