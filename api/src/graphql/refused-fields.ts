import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import { inRefusalScope } from '../audit/refusal-scope.ts'
import { Forbidden } from '../platform/errors.ts'
import type { Context } from './context.ts'

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      refusedFields: RefusedFieldsPlugin<Types>
    }
  }
}

type Resolver<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>

/**
 * Writes down that a root field was refused to somebody who is signed in, unless the service that refused has done so: a key
 * without the scope reaches no service. Around the plugin that asks who may, and within the one that makes problems members of unions.
 */
class RefusedFieldsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolve: Resolver<Types>, field: PothosOutputFieldConfig<Types>) {
    return field.kind === 'Query' || field.kind === 'Mutation' ? this.#watched(resolve, field) : resolve
  }

  override wrapSubscribe(subscribe: Resolver<Types> | undefined, field: PothosOutputFieldConfig<Types>) {
    return field.kind === 'Subscription' && subscribe ? this.#watched(subscribe, field) : subscribe
  }

  #watched(next: Resolver<Types>, { kind, name }: PothosOutputFieldConfig<Types>): Resolver<Types> {
    return async (parent, args, context, info) => {
      const { actor, services } = context as Context
      if (actor.kind !== 'user') return next(parent, args, context, info)
      const scope = { noted: false }
      try {
        return await inRefusalScope(scope, () => next(parent, args, context, info))
      } catch (error) {
        if (error instanceof Forbidden && !scope.noted)
          await services.audit.record(actor, { action: 'access.refuse', target: `${kind}.${name}`, result: error.code })
        throw error
      }
    }
  }
}

export const refusedFields = 'refusedFields' as const

SchemaBuilder.registerPlugin(refusedFields, RefusedFieldsPlugin)
