import { ConfirmationRequired } from '../auth/errors.ts'
import { Forbidden, InvalidInput, RateLimited, Unavailable } from '../platform/errors.ts'
import { builder, ProblemInterface, problemType } from './builder.ts'

problemType(Forbidden, 'Signed in, but not allowed to do this.')
problemType(InvalidInput, 'An input that cannot be accepted as it is; `field` says which.')
problemType(Unavailable, 'Something the server needs is not there now; the message says what.')
problemType(ConfirmationRequired, 'Confirm first who you are, then the same again: what cannot be undone asks for it.')

// A member of every result union: see `defaultTypes` in builder.ts.
builder.objectType(RateLimited, {
  name: 'RateLimited',
  description: 'Too much of it in too short a time, from this address or with this account.',
  interfaces: [ProblemInterface],
  isTypeOf: (value) => value instanceof RateLimited,
  fields: (t) => ({
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', { description: 'Whole seconds after which it can work again.' }),
  }),
})
