import { Problem } from '../platform/errors.ts'

/** The database browser offers no table of this name. */
export class TableNotFound extends Problem {
  readonly code = 'TABLE_NOT_FOUND'
  readonly status = 404
  constructor() {
    super('There is no such table.', 'name')
  }
}

/** The table has no such column, or has one that is not shown: the answer does not say which. */
export class ColumnNotOffered extends Problem {
  readonly code = 'COLUMN_NOT_OFFERED'
  readonly status = 422
  constructor(field: string) {
    super('This table offers no such column.', field)
  }
}

/** What this column holds cannot be compared in this way. */
export class OperatorNotOffered extends Problem {
  readonly code = 'OPERATOR_NOT_OFFERED'
  readonly status = 422
  constructor() {
    super('This column cannot be compared in this way.', 'filters')
  }
}

/** A filter lacks a value, has one too many, or one that is not of the column's type. */
export class FilterValueInvalid extends Problem {
  readonly code = 'FILTER_VALUE_INVALID'
  readonly status = 422
  constructor(message: string, field = 'filters') {
    super(message, field)
  }
}

/** The table cannot be sorted by this column: it holds JSON, or the table is too long to sort by what has no index. */
export class SortNotOffered extends Problem {
  readonly code = 'SORT_NOT_OFFERED'
  readonly status = 422
  constructor(message: string) {
    super(message, 'orderBy')
  }
}

/** The cursor is not one of this table in this order. */
export class CursorInvalid extends Problem {
  readonly code = 'CURSOR_INVALID'
  readonly status = 422
  constructor() {
    super('This is not a cursor of this table in this order.', 'after')
  }
}

/** The database took longer over one statement than it is given, and gave up: ask for less. */
export class ReadTooLong extends Problem {
  readonly code = 'READ_TOO_LONG'
  readonly status = 503
  constructor() {
    super('This took the database longer than two seconds, and was given up. Ask for less: fewer filters, or another order.')
  }
}
