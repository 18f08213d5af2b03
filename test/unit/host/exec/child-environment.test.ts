import { expect, test } from 'vitest'
import { childEnvironment, withheldVariables } from '../../../../src/host/exec/child-environment.ts'

const env = {
  PATH: '/bin',
  GITHUB_TOKEN: 'of the user',
  HTTPS_PROXY: 'http://u:p@proxy',
  MY_INPUT_X: 'kept',
  INPUT_PASSWORD: 'x',
  'INPUT_GITHUB-TOKEN': 'x',
  'INPUT_A\nB': 'x',
  STATE_folder: 'x',
  ACTIONS_RUNTIME_TOKEN: 'x',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'x',
  input_secrets: 'as on Windows',
}

test('childEnvironment() contains no variables that are for the step alone', () => {
  expect(childEnvironment(env)).toEqual({
    PATH: '/bin',
    GITHUB_TOKEN: 'of the user',
    HTTPS_PROXY: 'http://u:p@proxy',
    MY_INPUT_X: 'kept',
  })
})

test('childEnvironment() adds the variables of the call and removes those that the call unsets', () => {
  expect(childEnvironment({ PATH: '/bin', GIT_DIR: '/x' }, { INPUT_A: '1', GIT_DIR: undefined })).toEqual({
    PATH: '/bin',
    INPUT_A: '1',
    GIT_DIR: undefined,
  })
})

test('withheldVariables() returns those that are named, set, and not set by the user', () => {
  expect(withheldVariables(['PATH', 'INPUT_PASSWORD', 'STATE_gone'], env)).toEqual({ INPUT_PASSWORD: 'x' })
})
