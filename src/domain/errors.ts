/**
 * The closed set of named failures. Each says who is responsible; anything else that is thrown is a bug and
 * is logged once, at the edge.
 */
export type FailureKind = 'bad-input' | 'not-found' | 'forbidden' | 'unavailable' | 'conflict'

class NamedFailure extends Error {
  readonly kind: FailureKind

  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
    this.name = new.target.name
  }
}

/** Input from outside is wrong; the message says what, and never contains a secret. */
export class BadInput extends NamedFailure {
  constructor(message: string, options?: ErrorOptions) {
    super('bad-input', message, options)
  }
}

/** The requested object does not exist. */
export class NotFound extends NamedFailure {
  constructor(message: string, options?: ErrorOptions) {
    super('not-found', message, options)
  }
}

/** The object exists, but this reader has no access. */
export class Forbidden extends NamedFailure {
  constructor(message: string, options?: ErrorOptions) {
    super('forbidden', message, options)
  }
}

/** A peer (database, broker, object store, archive) is unavailable or too slow: trying later may help. */
export class Unavailable extends NamedFailure {
  constructor(message: string, options?: ErrorOptions) {
    super('unavailable', message, options)
  }
}

/** A request was sent without an answer: it may or may not have been carried out. */
export class Unconfirmed extends Unavailable {}

/** Another process holds a needed resource: another publisher, a taken port, a newer schema. */
export class Conflict extends NamedFailure {
  constructor(message: string, options?: ErrorOptions) {
    super('conflict', message, options)
  }
}

/** True for the failures above, false for bugs. */
export function isFailure(error: unknown): error is NamedFailure {
  return error instanceof NamedFailure
}

/** The message of anything that can be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
