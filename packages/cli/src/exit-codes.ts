/** What a process ends with (sysexits.h where it has a name), in the order in which the reasons are checked. */
export const exitCodes = {
  done: 0,
  usage: 64,
  noInput: 66,
  exists: 73,
  badData: 65,
  tooFew: 69,
  noServer: 69,
  notForYou: 77,
  io: 74,
  internal: 70,
  interrupted: 130,
} as const;

export type ExitReason = keyof typeof exitCodes;
export type ExitCode = (typeof exitCodes)[ExitReason];

/** For `--help`. */
export const exitCodesHelp = `Exit codes:
   0  done
  64  usage: an argument is wrong, or a secret has no source
  65  bad input data: damaged, forged, not valid; of verify: repair can make it whole
  66  an input is missing or not readable
  69  too few fragments or stores; a damaged fragment counts as missing; what is missing is named; or a server
      does not answer
  70  internal error
  73  would overwrite something
  74  reading or writing failed; what was finished before its report could not be written stays
  77  not for you: the key or the word is another one; or a server refuses the token
 130  interrupted
They are checked in the order 64, 66, 73, 65, 69, 77. Except for that, a failure leaves nothing behind;
what a vault has taken stays, and the same put goes on from there.`;
