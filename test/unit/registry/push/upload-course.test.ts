import { describe, expect, it } from 'vitest'
import { type Course, courseAfter } from '../../../../src/registry/push/upload-course.ts'
import type { HttpFailure } from '../../../../src/retry/failure.ts'

const mebibyte = 1024 * 1024
const course: Course = { pieceSize: Number.POSITIVE_INFINITY, patch: true }
const step = { size: 100 * mebibyte, resumed: false, patching: false }

function answer(status: number, code?: string): HttpFailure {
  return { kind: 'answer', status, text: '', faults: code === undefined ? [] : [{ code, message: '', detail: '' }] }
}

describe('courseAfter()', () => {
  const passing = [401, 403, 408, 429, 500, 503].map((status): [string, HttpFailure] => [
    String(status),
    answer(status),
  ])
  it.each<[string, HttpFailure]>([
    ...passing,
    ['a break', { kind: 'connection', code: 'ECONNRESET', message: '', cause: undefined }],
    ['400', answer(400)],
    ['a repository that does not exist', answer(404, 'NAME_UNKNOWN')],
  ])('passes %s to the retry policy', (_, failure) => {
    expect(courseAfter(failure, course, step)).toBeUndefined()
  })

  it.each([
    ['404', answer(404)],
    ['416', answer(416)],
    ['a forgotten upload', answer(404, 'BLOB_UPLOAD_UNKNOWN')],
    ['damaged content', answer(400, 'DIGEST_INVALID')],
  ])('starts again with the same method after %s', (_, failure) => {
    expect(courseAfter(failure, course, step)).toBe(course)
  })

  it.each([
    ['PATCH', { ...step, patching: true }],
    ['going on', { ...step, resumed: true }],
  ])('avoids PATCH if %s is rejected', (_, refused) => {
    expect(courseAfter(answer(405), course, refused)).toEqual({ ...course, patch: false })
  })

  it('sends smaller pieces after 413, twice', () => {
    const smaller = { pieceSize: 8 * mebibyte, patch: true }
    const smallest = { pieceSize: 4 * mebibyte, patch: true }
    expect(courseAfter(answer(413), course, step)).toEqual(smaller)
    expect(courseAfter(answer(413), smaller, { ...step, patching: true })).toEqual(smallest)
    expect(courseAfter(answer(413), smallest, { ...step, patching: true })).toBeUndefined()
  })

  it("sends smaller pieces after GHCR's 416, which is about the size and not the range", () => {
    const text = 'the request body is too large and exceeds the maximum permissible limit of 4.00MiB'
    const refused = { ...answer(416), text }
    expect(courseAfter(refused, { pieceSize: 8 * mebibyte, patch: true }, step)).toEqual({
      pieceSize: 4 * mebibyte,
      patch: true,
    })
  })

  it('gives up after 413 for small content', () => {
    expect(courseAfter(answer(413), course, { ...step, size: 1000 })).toBeUndefined()
  })
})
