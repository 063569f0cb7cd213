/** Why a server cannot start, in a sentence for people. */
export class ServerFailure extends Error {
  override readonly name = "ServerFailure";
}
