const { isAbstractType, isIntrospectionType } = require('graphql')

/** Which types an interface or union can be: without it the cache cannot tell that `... on Problem` fits a WeakPassword. */
module.exports = {
  plugin(schema) {
    const possible = {}
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isAbstractType(type) || isIntrospectionType(type)) continue
      possible[type.name] = schema.getPossibleTypes(type).map((each) => each.name)
    }
    return `export const possibleTypes: Record<string, string[]> = ${JSON.stringify(possible, null, 2)}\n`
  },
}
