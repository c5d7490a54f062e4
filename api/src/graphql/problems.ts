import { Forbidden, InvalidInput, Unavailable } from '../platform/errors.ts'
import { problemType } from './builder.ts'

problemType(Forbidden, 'Signed in, but not allowed to do this.')
problemType(InvalidInput, 'An input that cannot be accepted as it is; `field` says which.')
problemType(Unavailable, 'Something the server needs is not there now; the message says what.')
