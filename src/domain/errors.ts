/**
 * The closed set of failures that have a name. Each says whose doing it is; anything else that is thrown is
 * a bug and is logged once, at the edge.
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

/** What came from outside is wrong; the message names what, and never holds a secret. */
export class BadInput extends NamedFailure {
  constructor(message: string, options?: ErrorOptions) {
    super('bad-input', message, options)
  }
}

/** What was asked for does not exist. */
export class NotFound extends NamedFailure {
  constructor(message: string, options?: ErrorOptions) {
    super('not-found', message, options)
  }
}

/** It exists, and this reader may not have it. */
export class Forbidden extends NamedFailure {
  constructor(message: string, options?: ErrorOptions) {
    super('forbidden', message, options)
  }
}

/** A peer (database, broker, object store, archive) is away or too slow: trying later may help. */
export class Unavailable extends NamedFailure {
  constructor(message: string, options?: ErrorOptions) {
    super('unavailable', message, options)
  }
}

/** It was sent, and no answer came: it may have been done, or may not. */
export class Unconfirmed extends Unavailable {}

/** Somebody else holds what is needed: another publisher, a taken port, a newer schema. */
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
