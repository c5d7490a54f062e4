import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import type { LimitName } from '../limits/table.ts'
import type { FieldLimit } from './access.ts'
import type { Context } from './context.ts'

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      limitFields: LimitFieldsPlugin<Types>
    }
  }
}

/**
 * Counts every execution of a root field: a document that asks for one ten thousand times is ten thousand attempts. It comes
 * before the field's access rule, so that what is refused counts too, and after the plugin that makes problems members of unions.
 */
class LimitFieldsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolve: GraphQLFieldResolver<unknown, Types['Context'], object>, field: PothosOutputFieldConfig<Types>) {
    if (field.kind !== 'Query' && field.kind !== 'Mutation') return resolve
    return this.#counted(resolve, field, field.kind === 'Query' ? 'query' : 'mutation')
  }

  override wrapSubscribe(
    subscribe: GraphQLFieldResolver<unknown, Types['Context'], object> | undefined,
    field: PothosOutputFieldConfig<Types>,
  ) {
    if (field.kind !== 'Subscription' || !subscribe) return subscribe
    return this.#counted(subscribe, field, 'subscription')
  }

  #counted(
    next: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
    kind: LimitName,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const own = field.extensions?.['limit'] as FieldLimit | undefined
    if (own?.byService) return next
    return async (parent, args, context, info) => {
      const { actor, services } = context as Context
      if (actor.kind === 'user') {
        await services.limiter.require(own?.name ?? kind, { address: actor.address, accountId: actor.userId })
      } else if (actor.kind === 'anonymous') {
        await services.limiter.require(own?.name ?? 'stranger', { address: actor.address, accountId: null })
      }
      return next(parent, args, context, info)
    }
  }
}

export const limitFields = 'limitFields' as const

SchemaBuilder.registerPlugin(limitFields, LimitFieldsPlugin)
