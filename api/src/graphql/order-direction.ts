import { builder } from './builder.ts'

/** Shared by every list that can be ordered. */
export const OrderDirectionEnum = builder.enumType('OrderDirection', { values: ['ASC', 'DESC'] as const })
