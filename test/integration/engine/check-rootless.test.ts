import { expect, test } from 'vitest'
import { checkRootless } from '../../../src/engine/podman/check-rootless.ts'
import { createTestHost } from '../../support/host.ts'
import { podmanOf } from '../../support/podman.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

// What Podman 4.3.1 and 5.8.6 print, from a script in its place; test/e2e/podman.test.ts runs the real ones.

const single = '         0      12345          1'

function check(unshare: string, info = '') {
  const path = `${tempFolder()}/podman`
  writeProgram(path, `case "$1" in unshare)\n${unshare} ;;\ninfo)\n${info || 'true'} ;;\nesac`)
  const host = createTestHost({ env: { PATH: '/usr/bin:/bin' } })
  return (more = {}) => checkRootless(podmanOf({ path, rootless: true, ...more }), host)
}

test('checkRootless() accepts ranges, storage that ignores owners, root, and a client of a machine', async () => {
  await check(`printf '%s\\n' '${single}' '         1     200000      65536'`)()
  await check(`echo '${single}'`, `echo '    overlay.ignore_chown_errors: "true"'`)()
  await check(`echo '${single}'`, `echo '            "overlay.ignore_chown_errors=true"'`)({ name: 'buildah' })
  await check('exit 125')({ rootless: false })
  await check('exit 125')({ remote: true })
})

test('checkRootless() reports a user without ranges, and says how to add them', async () => {
  await expect(check(`echo '${single}'`, 'echo "  graphOptions: {}"')()).rejects.toMatchObject({
    code: 'feature-missing',
    message: 'Cannot use podman without root: the user has no ranges of IDs in /etc/subuid and /etc/subgid',
    hint: expect.stringContaining('usermod --add-subuids'),
  })
})

test('checkRootless() reports user namespaces that do not work', async () => {
  await expect(
    check('echo "cannot clone: Operation not permitted" >&2; echo "Error: cannot re-exec process" >&2; exit 125')(),
  ).rejects.toMatchObject({
    code: 'feature-missing',
    message: 'Cannot use podman without root: Error: cannot re-exec process',
  })
})
