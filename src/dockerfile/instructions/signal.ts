import { textError } from '../problem.ts'

const names = new Set(
  [
    'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP',
    'TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX',
    ...Array.from({ length: 15 }, (_, index) => `RTMIN+${index + 1}`),
    ...Array.from({ length: 14 }, (_, index) => `RTMAX-${index + 1}`),
  ].flatMap((list) => list.split(' ')),
)

/**
 * Checks the signal of STOPSIGNAL: a number except 0, or a Linux signal name with or without "SIG".
 *
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function assertSignal(signal: string): void {
  const isNumber = /^[-+]?\d+$/.test(signal)
  if (isNumber ? Number(signal) !== 0 : names.has(signal.toUpperCase().replace(/^SIG/, ''))) return
  throw textError(`invalid signal: ${signal}`)
}
