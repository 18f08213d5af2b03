import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkOutput } from '../../../src/preflight/check-output.ts'
import { tempFolder } from '../../support/temp.ts'

const check = (root: string, form: 'archive' | 'folder', dest: string) =>
  checkOutput({ kind: 'oci', form, dest: dest.startsWith('/') ? dest : join(root, dest) })

describe('checkOutput()', () => {
  test.each([
    { form: 'archive', dest: 'new.tar' },
    { form: 'archive', dest: 'file' },
    { form: 'archive', dest: 'new/folders/new.tar' },
    { form: 'folder', dest: 'folder' },
    { form: 'folder', dest: 'new/folder' },
  ] as const)('accepts $dest for a $form', async ({ form, dest }) => {
    await expect(check(tempFolder({ file: '', 'folder/': '' }), form, dest)).resolves.toBeUndefined()
  })

  test.each([
    { form: 'archive', dest: 'folder', says: 'it exists and is not a regular file' },
    { form: 'archive', dest: '/dev/null', says: 'it exists and is not a regular file' },
    { form: 'archive', dest: 'file/new.tar', says: 'file is not a directory' },
    { form: 'folder', dest: 'file', says: 'it is not a directory' },
    { form: 'folder', dest: 'file/new', says: 'file is not a directory' },
  ] as const)('rejects $dest for a $form', async ({ form, dest, says }) => {
    const message = expect.stringContaining(says)
    const checked = check(tempFolder({ file: '', 'folder/': '' }), form, dest)
    await expect(checked).rejects.toMatchObject({ code: 'output-unwritable', message })
  })
})
